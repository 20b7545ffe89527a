"""A model that greets, with something of every part of cog.yaml."""

import os

import cowsay
from cog import BasePredictor, Input

from words import polite


class Predictor(BasePredictor):
    def setup(self):
        with open("/banner", encoding="ascii") as banner:
            self.banner = banner.read()

    def predict(
        self, name: str = Input(description="Who is greeted", default="world")
    ) -> str:
        greeting = "%s %s" % (os.environ["GREETING"], polite(name))
        return self.banner + cowsay.get_output_string("cow", greeting)
