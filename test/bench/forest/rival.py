"""scikit-learn's forest: folder, settings as JSON. Prints what its training took and how well it scores."""

import json
import sys
import time
from os.path import join

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score

folder, settings = sys.argv[1], json.loads(sys.argv[2])


def load(name):
    labels = np.fromfile(join(folder, f"{name}.u8"), "uint8")
    features = np.fromfile(join(folder, f"{name}.f32"), "float32").reshape(-1, len(labels))
    return np.ascontiguousarray(features.T), labels


features, labels = load("train")
forest = RandomForestClassifier(
    settings["trees"],
    max_features=settings["featuresPerSplit"],
    min_samples_leaf=settings["minLeafRows"],
    random_state=settings["seed"],
    n_jobs=settings["threads"],
)
cpu, wall = time.process_time(), time.perf_counter()
forest.fit(features, labels)
cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
features, labels = load("score")
probabilities = forest.predict_proba(features)[:, 1]
print(
    json.dumps(
        {
            "cpu_s": cpu,
            "wall_s": wall,
            "auc": roc_auc_score(labels, probabilities),
            "nodes": sum(tree.tree_.node_count for tree in forest.estimators_),
        }
    )
)
