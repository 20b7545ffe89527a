"""A model whose parts are sent as they come."""

import time

from cog import BasePredictor, ConcatenateIterator, Input, streaming


class Predictor(BasePredictor):
    @streaming
    def predict(self, words: int = Input(ge=1, le=9)) -> ConcatenateIterator[str]:
        for number in range(words):
            time.sleep(0.2)
            yield "w%d " % number
