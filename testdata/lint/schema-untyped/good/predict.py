from cog import BasePredictor, Input


class Predictor(BasePredictor):
    def predict(self, prompt: str, steps: int = 50) -> str:
        return ""
