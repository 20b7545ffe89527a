"""A model that starts when it is let, and whose worker can be made to die."""

import os
import time

from cog import BasePredictor, Input


class Predictor(BasePredictor):
    def setup(self):
        if "FAIL" in os.environ:
            raise RuntimeError("no weights")
        while not os.path.exists("/tmp/go"):
            time.sleep(0.1)

    def predict(self, seconds: int = Input(description="-1 dies")) -> str:
        if seconds < 0:
            os._exit(1)
        time.sleep(seconds)
        return "awake"
