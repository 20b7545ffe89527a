from cog import BasePredictor, Input


class Predictor(BasePredictor):
    def run(self, prompt: str) -> str:
        return prompt
