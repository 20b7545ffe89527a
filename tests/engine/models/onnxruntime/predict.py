"""A sum, by a graph that setup() makes."""

import numpy
import onnxruntime
from cog import BasePredictor, Input
from onnx import TensorProto, helper


def graph():
    """y = a + b."""
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1])
              for name in "aby"]
    made = helper.make_graph([helper.make_node("Add", ["a", "b"], ["y"])],
                             "sum", values[:2], values[2:])
    return helper.make_model(made, ir_version=8, opset_imports=[
        helper.make_opsetid("", 17)])


class Predictor(BasePredictor):
    def setup(self):
        self.session = onnxruntime.InferenceSession(
            graph().SerializeToString(), providers=["CPUExecutionProvider"])

    def predict(self, a: float = Input(), b: float = Input(default=1.5)) -> float:
        given = {"a": numpy.float32([a]), "b": numpy.float32([b])}
        return float(self.session.run(None, given)[0][0])
