"""Checks a model and scores rows with onnxruntime: as score.ts does."""

import json
import sys

import numpy as np
import onnx
import onnxruntime

model, rows, width, out = sys.argv[1:]
onnx.checker.check_model(onnx.load(model), full_check=True)
session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
features = np.fromfile(rows, "float32").reshape(-1, int(width))
names = [output.name for output in session.get_outputs()]
answer = session.run(names, {"features": features})
with open(out, "w", encoding="utf8") as file:
    json.dump({name: part.ravel().tolist() for name, part in zip(names, answer)}, file)
