"""Which iris it is, by a forest that setup() grows."""

from cog import BasePredictor, Input
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier


class Predictor(BasePredictor):
    def setup(self):
        self.data = load_iris()
        self.forest = RandomForestClassifier(10, random_state=0)
        self.forest.fit(self.data.data, self.data.target)

    def predict(
        self,
        petal_length: float = Input(ge=0, le=10),
        petal_width: float = Input(ge=0, le=10),
    ) -> str:
        found = self.forest.predict([[5.8, 3.0, petal_length, petal_width]])
        return str(self.data.target_names[found[0]])
