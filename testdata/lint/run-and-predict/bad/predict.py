from cog import BasePredictor, Input


class Predictor(BasePredictor):
    def run(self, prompt: str) -> str:
        return prompt

    def predict(self, prompt: str) -> str:
        return self.run(prompt)
