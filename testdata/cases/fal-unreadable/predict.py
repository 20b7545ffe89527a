from cog import BasePredictor


class Predictor(BasePredictor):
    def predict(self, _hidden: str, str: str) -> str:
        return str
