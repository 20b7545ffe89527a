from cog import BasePredictor, Input


class Predictor(BasePredictor):
    def predict(self, code: str = Input(regex=r"^[A-Z]{3}$")) -> str:
        return ""
