"""A model that is told a secret."""

from cog import BasePredictor, Input, Secret


class Predictor(BasePredictor):
    def predict(self, key: Secret = Input(description="A key")) -> str:
        return "%s %d" % (key, len(key.get_secret_value()))
