from typing import List, Optional, Union, Iterator, Literal
from enum import Enum
import cog
from cog import BaseModel, BasePredictor, Input, Path, Secret, concurrent, streaming
from more import Other

NAMES = ["a", "b"]
D = {"k": (1, 2), "l": None}
N: int = 2 ** 4


class Kind(str, Enum):
    A = "a"


class Out(BaseModel):
    text: "str"
    kind: Kind = Kind.A
    more: Optional[List["Out"]] = None


class Inputs:
    one = Input(default="x", description="One" " two")

    @staticmethod
    def two(default=1):
        return Input(default=default, ge=0)


class Predictor(BasePredictor):
    @streaming
    @cog.concurrent(max=2)
    async def run(
        self,
        a: str = Inputs.one,
        b: int = Inputs.two(default=N),
        c: Literal["x", 1] = "x",
        d: list[str] = Input(choices=NAMES + list(D.keys()), default=["a"]),
        e: int | str | None = None,
        f: Secret = cog.Input(default=None),
        g: str = Input("ab", regex=r"^(?i)[a-c]{1,3}(x|y)*$", min_length=1),
    ) -> Iterator[Out]:
        yield Out()


def train(data: Path, n: int = Input(choices=range(1, 5), default=1)) -> Path:
    return data
