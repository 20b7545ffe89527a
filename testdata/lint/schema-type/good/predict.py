from cog import BasePredictor, Input


class Predictor(BasePredictor):
    def predict(self, width: int = 512, height: int = 512) -> str:
        return ""
