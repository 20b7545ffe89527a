"""A model with a file in and a file out."""

import pathlib
import tempfile

from cog import BasePredictor, Input, Path


class Predictor(BasePredictor):
    def predict(self, text: Path = Input(description="A text")) -> Path:
        answer = pathlib.Path(tempfile.mkdtemp()) / "answer.txt"
        answer.write_text(pathlib.Path(str(text)).read_text().upper())
        return Path(answer)
