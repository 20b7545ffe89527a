from typing import Optional, List
from cog import BasePredictor, Input, Path, Secret, ConcatenateIterator

SCHEDULERS = {"DDIM": 1, "K_EULER": 2}
SIZES = ["512", "768", "1024"]
MAX = 2**32 - 1

class Predictor(BasePredictor):
    async def setup(self, weights: Optional[Path] = None) -> None:
        self.x = 1

    @torch.inference_mode()
    def predict(
        self,
        prompt: str = Input(
            description="Input prompt. Something long enough that the line has to be broken, say",
            default='a "photo" of an\nastronaut',
        ),
        image: Path = Input(description="Start", default=None),
        images: List[Path] = Input(description="More"),
        token: Secret = Input(description="API token", default=None),
        size: str = Input(choices=SIZES, default="768"),
        scheduler: str = Input(choices=SCHEDULERS.keys(), default="K_EULER"),
        steps: int = Input(ge=1, le=500, default=50),
        scale: float = Input(description="Scale", ge=0.5, le=MAX, default=7.5),
        seed: int = Input(description="Random seed. Leave blank", default=None),
        custom: Weird[int] = MAX,
        flag: bool = False,
    ) -> List[Path]:
        pass
