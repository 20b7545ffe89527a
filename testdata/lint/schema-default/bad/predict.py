from cog import BasePredictor, Input


class Predictor(BasePredictor):
    def predict(self, seed: int = Input(default=-1, ge=0)) -> str:
        return ""
