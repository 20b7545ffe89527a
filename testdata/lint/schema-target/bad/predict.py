from cog import BasePredictor, Input


class Model(BasePredictor):
    def predict(self, prompt: str) -> str:
        return ""
