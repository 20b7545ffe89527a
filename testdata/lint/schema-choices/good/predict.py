from cog import BasePredictor, Input


class Predictor(BasePredictor):
    def predict(self, size: int = Input(choices=range(256, 513, 64))) -> str:
        return ""
