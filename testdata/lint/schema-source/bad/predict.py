from cog import BasePredictor, Input


class Predictor(BasePredictor):
    def predict(self, prompt: str) -> str
        return prompt
