"""A stand-in for Cog's SDK: the names that a simple predict.py imports."""

import pathlib


class Path(pathlib.PosixPath):
    """A file given to, or made by, a prediction."""


class BasePredictor:
    def setup(self):
        pass

    def predict(self, **inputs):
        raise NotImplementedError


class _Input:
    def __init__(self, default):
        self.default = default


def Input(default=..., **_):
    return _Input(default)
