"""A trainer of one's own: a logistic regression by hand as ONNX, of train.csv in the current folder."""

import json

import numpy as np
import onnx
from onnx import TensorProto, helper
from sklearn.linear_model import LogisticRegression

rows = np.genfromtxt("train.csv", delimiter=",", skip_header=1)
features, labels = rows[:, :-1], rows[:, -1].astype(int)
columns = json.load(open("columns.json"))
assert len(columns) == features.shape[1]
filled = np.where(np.isnan(features), 0, features)
mean, scale = filled.mean(axis=0), filled.std(axis=0) + 1e-9
model = LogisticRegression(max_iter=1000).fit((filled - mean) / scale, labels)
weights = (model.coef_[0] / scale).astype(np.float32)[:, None]
bias = np.float32(model.intercept_[0] - (model.coef_[0] * mean / scale).sum())


def constant(name, values):
    return helper.make_tensor(name, TensorProto.FLOAT, values.shape, values.flatten())


width = features.shape[1]
graph = helper.make_graph(
    [
        helper.make_node("IsNaN", ["features"], ["missing"]),
        helper.make_node("Where", ["missing", "zero", "features"], ["filled"]),
        helper.make_node("MatMul", ["filled", "weights"], ["product"]),
        helper.make_node("Add", ["product", "bias"], ["sum"]),
        helper.make_node("Sigmoid", ["sum"], ["probabilities"]),
    ],
    "logistic",
    [helper.make_tensor_value_info("features", TensorProto.FLOAT, [None, width])],
    [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [None, 1])],
    [
        constant("weights", weights),
        constant("bias", np.array([bias])),
        constant("zero", np.array([0], dtype=np.float32)),
    ],
)
onnx.save(
    helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), "model.onnx"
)
json.dump({"accuracy": model.score((filled - mean) / scale, labels)}, open("metrics.json", "w"))
