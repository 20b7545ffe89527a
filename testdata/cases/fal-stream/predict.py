from cog import AsyncConcatenateIterator, BasePredictor, Input, Secret


class Predictor(BasePredictor):
    async def predict(
        self,
        prompt: str = Input(min_length=1, max_length=200),
        pattern: str = Input(default="[a-z]", regex=r"^\[.*\]$"),
        keys: list[Secret] = Input(description="Keys"),
    ) -> AsyncConcatenateIterator[str]:
        yield prompt
