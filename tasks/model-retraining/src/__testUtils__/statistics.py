"""What scipy and scikit-learn say of samples made here: a JSON file for the tests. Arguments: the file, a seed."""

import json
import sys

import numpy as np
from scipy import stats
from sklearn.calibration import calibration_curve
from sklearn.metrics import roc_auc_score


def delong(one, other, labels):
    """By the definition: every positive beside every negative."""
    positive, negative = labels == 1, labels == 0

    def kernel(scores):
        left, right = scores[positive][:, None], scores[negative][None, :]
        return (left > right) + 0.5 * (left == right)

    kernels = [kernel(one), kernel(other)]
    v10 = np.cov([k.mean(axis=1) for k in kernels])
    v01 = np.cov([k.mean(axis=0) for k in kernels])
    covariance = v10 / positive.sum() + v01 / negative.sum()
    contrast = np.array([1, -1])
    difference = roc_auc_score(labels, one) - roc_auc_score(labels, other)
    return difference, np.sqrt(contrast @ covariance @ contrast)


def main(path, seed):
    random = np.random.default_rng(int(seed))
    cases = []
    for rows in (40, 300, 2000):
        truth = random.normal(size=rows)
        labels = (truth + random.normal(size=rows) > 0.3).astype(int)
        # Rounded, so that there are ties.
        one = np.round(stats.norm.cdf(truth + random.normal(size=rows)), 2)
        other = np.round(stats.norm.cdf(truth + 1.3 * random.normal(size=rows)), 2)
        difference, error = delong(one, other, labels)
        right, was = ((one > 0.5) == labels), ((other > 0.5) == labels)
        gained, lost = int((right & ~was).sum()), int((~right & was).sum())
        loss = [-(labels * np.log(p) + (1 - labels) * np.log(1 - p)) for p in (np.clip(one, 0.01, 0.99), np.clip(other, 0.01, 0.99))]
        came, said = calibration_curve(labels, one, n_bins=10, strategy="uniform")
        # Its bins hold their right end, ours their left.
        edges = np.clip((one * 10).astype(int), 0, 9)
        sizes = [(edges == b).sum() for b in range(10)]
        error_of = sum(
            size / rows * abs(one[edges == b].mean() - labels[edges == b].mean())
            for b, size in enumerate(sizes)
            if size
        )
        cases.append(
            {
                "one": one.tolist(),
                "other": other.tolist(),
                "labels": labels.tolist(),
                "losses": [each.tolist() for each in loss],
                "right": right.astype(int).tolist(),
                "was": was.astype(int).tolist(),
                "difference": difference,
                "delong": stats.norm.sf(difference / error),
                "delongMargin": stats.norm.sf((difference + 0.02) / error),
                "mcnemar": stats.binomtest(gained, gained + lost, 0.5, alternative="greater").pvalue,
                "bootstrap": stats.ttest_rel(loss[1], loss[0], alternative="greater").pvalue,
                "calibration": error_of,
                "bins": len(came),
            }
        )
    tails = {
        "normal": [[z, stats.norm.sf(z)] for z in (-3, 0, 0.5, 1.96, 8)],
        "chi2": [[x, k, stats.chi2.sf(x, k)] for x in (0.1, 3.84, 40) for k in (1, 9, 30)],
        "binomial": [[c, n, stats.binom.sf(c - 1, n, 0.5)] for c, n in ((0, 5), (3, 5), (5, 5), (60, 100), (900, 1600))],
    }
    with open(path, "w") as file:
        json.dump({"cases": cases, "tails": tails}, file)


main(*sys.argv[1:])
