"""Rows to learn from and rows to score, as 32-bit floats column after column: folder, rows, seed."""

import sys
from os.path import join

from sklearn.datasets import make_classification

folder, rows, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
SCORED = 100_000

features, labels = make_classification(
    n_samples=rows + SCORED,
    n_features=20,
    n_informative=10,
    n_redundant=4,
    flip_y=0.1,
    class_sep=0.6,
    random_state=seed,
)
features = features.astype("float32")
for name, part in (("train", slice(rows)), ("score", slice(rows, None))):
    features[part].T.copy().tofile(join(folder, f"{name}.f32"))
    labels[part].astype("uint8").tofile(join(folder, f"{name}.u8"))
