from cog import BasePredictor


class Predictor(BasePredictor):
    def predict(self, _prompt: str) -> str:
        return _prompt
