"""The model of the matrix: a class, whose answer may be slow."""

import time

from cog import BasePredictor, Input


class Predictor(BasePredictor):
    def setup(self):
        self.between = " and "

    def predict(
        self,
        text: str = Input(description="What is said"),
        times: int = Input(description="How often", ge=1, le=3, default=1),
        seconds: float = Input(description="How slowly", default=0),
    ) -> str:
        time.sleep(seconds)
        if seconds:
            with open("/tmp/finished", "w", encoding="ascii"):
                pass
        return self.between.join([text] * times)
