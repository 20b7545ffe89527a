"""A model that answers several requests at a time."""

import asyncio

from cog import BasePredictor, Input


class Predictor(BasePredictor):
    async def setup(self):
        self.waiting = 0
        self.all_here = asyncio.Event()

    async def predict(self, together: int = Input(ge=1, le=3)) -> int:
        """Ends when as many are there, which one at a time never are."""
        self.waiting += 1
        if self.waiting == together:
            self.all_here.set()
        await asyncio.wait_for(self.all_here.wait(), 30)
        return self.waiting
