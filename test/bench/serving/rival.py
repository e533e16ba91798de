"""MLflow's own server on the same model: python rival.py <model.onnx> <folder>. Serves until it is killed."""

import os
import sys

import mlflow.onnx
import onnx

model, folder = sys.argv[1:]
# As people log a model of another maker: the file as it is, and nothing said of its inputs.
mlflow.onnx.save_model(onnx.load(model), folder)
# What `mlflow models serve --env-manager local` starts as a child, in this process: so that its use can be told.
os.environ["__pyfunc_model_path__"] = folder
app = "mlflow.pyfunc.scoring_server.app:app"
os.execv(
    sys.executable,
    [sys.executable, "-m", "uvicorn", "--host", "127.0.0.1", "--port", "0", "--workers", "1", app],
)
