"""The model of the matrix: a class, whose answer may wait for a file."""

import os
import pathlib
import time

from cog import BasePredictor, Input


class Predictor(BasePredictor):
    def setup(self):
        self.between = " and "

    def predict(
        self,
        text: str = Input(description="What is said"),
        times: int = Input(description="How often", ge=1, le=3, default=1),
        wait: bool = Input(description="For /tmp/go", default=False),
    ) -> str:
        if wait:
            pathlib.Path("/tmp/started").touch()
            while not os.path.exists("/tmp/go"):
                time.sleep(0.1)
            pathlib.Path("/tmp/finished").touch()
        return self.between.join([text] * times)
