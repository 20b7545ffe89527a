from cog import BasePredictor, Input


class Predictor(BasePredictor):
    def predict(self, prompt, steps=50) -> str:
        return ""
