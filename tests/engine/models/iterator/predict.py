"""A model whose answer comes in parts."""

from typing import Iterator

from cog import BasePredictor, Input


class Predictor(BasePredictor):
    def predict(self, last: int = Input(ge=1, le=9)) -> Iterator[int]:
        yield from range(1, last + 1)
