from cog import BasePredictor, Input


class Predictor(BasePredictor):
    def predict(self, url: str = Input(accept="image/*")) -> str:
        return ""
