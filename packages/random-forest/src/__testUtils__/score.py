"""Checks models and scores rows with onnxruntime: as score.ts does."""

import json
import sys
from os.path import join

import numpy as np
import onnx
import onnxruntime

width, folders = int(sys.argv[1]), sys.argv[2:]
for folder in folders:
    model = join(folder, "model.onnx")
    onnx.checker.check_model(onnx.load(model), full_check=True)
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    features = np.fromfile(join(folder, "rows.f32"), "float32").reshape(-1, width)
    names = [output.name for output in session.get_outputs()]
    answer = session.run(names, {"features": features})
    with open(join(folder, "python.json"), "w", encoding="utf8") as file:
        json.dump({name: part.ravel().tolist() for name, part in zip(names, answer)}, file)
