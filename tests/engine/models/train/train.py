"""Training: the weights are a number in a file."""

import pathlib

from cog import BaseModel, Input, Path


class TrainingOutput(BaseModel):
    weights: Path


def train(steps: int = Input(ge=1, le=5)) -> TrainingOutput:
    weights = pathlib.Path("/tmp/weights.txt")
    weights.write_text(str(steps))
    return TrainingOutput(weights=Path(weights))
