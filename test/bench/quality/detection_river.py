"""The faults of detection.test.ts, found by river's drift detectors. By hand:

    python3 -m venv /tmp/river && /tmp/river/bin/pip install river numpy
    /tmp/river/bin/python test/bench/quality/detection_river.py [rows per window] [streams] [seed] [levels]

Each row goes to an ADWIN (river's defaults) of each statistic: the value, its square, whether the note is null, the two
most frequent categories and whether the category is a new one; each window's rows to a PageHinkley on the logarithm, set
for windows. A window has an alarm when any detector finds a drift in it. Prints, for each fault: the share of streams
found in the first window, in ten windows, and the median delay; and the share of good windows with an alarm. With
`levels` the level differs between good windows, as in the family 'AR(1) levels'.
"""

import copy
import math
import sys
import time

import numpy as np
from river import drift

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
STREAMS = int(sys.argv[2]) if len(sys.argv) > 2 else 20
SEED = int(sys.argv[3]) if len(sys.argv) > 3 else 1
LEVELS = len(sys.argv) > 4 and sys.argv[4] == "levels"
WARM = 100
MOST = 10
FAULTS = [
    ("nothing", {}),
    ("null rate 1 % → 3 %", {"nulls": 0.03}),
    ("mean + 0.1 sd", {"shift": 0.1}),
    ("mean + 0.3 sd", {"shift": 0.3}),
    ("mean + 1 sd", {"shift": 1.0}),
    ("variance × 1.5", {"variance": 1.5}),
    ("5 % of rows to another category", {"moved": 0.05}),
    ("1 % of rows to a new category", {"novel": 0.01}),
    ("volume − 30 %", {"volume": 0.7}),
    ("volume − 50 %", {"volume": 0.5}),
]
SHARES = np.array([1 / (at + 1) for at in range(6)])
SHARES /= SHARES.sum()


def window(random, nulls=0.01, shift=0.0, variance=1.0, moved=0.0, novel=0.0, volume=1.0):
    rows = round(random.poisson(ROWS) * volume)
    values = shift + math.sqrt(variance) * random.standard_normal(rows)
    kinds = random.choice(6, rows, p=SHARES)
    kinds[random.random(rows) < moved] = 3
    kinds[random.random(rows) < novel] = 6
    return [
        values.tolist(),
        (values**2).tolist(),
        (random.random(rows) < nulls).astype(float).tolist(),
        (kinds == 0).astype(float).tolist(),
        (kinds == 3).astype(float).tolist(),
        (kinds == 6).astype(float).tolist(),
    ], rows


def detectors():
    # A window's volume has a standard deviation of 1 / sqrt(rows) on the logarithm.
    steady = drift.PageHinkley(min_instances=30, delta=1 / math.sqrt(ROWS), threshold=6 / math.sqrt(ROWS))
    return [drift.ADWIN() for _ in range(6)], steady


def check(detectors_, columns, rows):
    found = False
    adwins, volume = detectors_
    for adwin, column in zip(adwins, columns):
        for value in column:
            adwin.update(value)
            found = found or adwin.drift_detected
    volume.update(math.log(rows + 0.5))
    return found or volume.drift_detected


def main():
    alarms = 0
    delays = {name: [] for name, _ in FAULTS}
    began = time.process_time()
    rows_seen = 0
    for stream in range(STREAMS):
        random = np.random.default_rng(SEED + stream)
        known = detectors()
        level = 0.0
        for at in range(WARM):
            if LEVELS:
                level = 0.8 * level + 0.15 * random.standard_normal()
            columns, rows = window(random, shift=level)
            rows_seen += rows
            found = check(known, columns, rows)
            alarms += found and at >= 38
        for name, fault in FAULTS:
            mine = copy.deepcopy(known)
            delay = None
            for at in range(1, MOST + 1):
                columns, rows = window(random, **fault)
                rows_seen += rows
                if check(mine, columns, rows):
                    delay = at
                    break
            delays[name].append(delay)
    spent = time.process_time() - began
    print(f"river, n = {ROWS}, {STREAMS} streams, seed {SEED}: {rows_seen / spent:,.0f} rows per CPU second")
    print(f"good windows with an alarm: {100 * alarms / (STREAMS * (WARM - 38)):.2f} %")
    for name, each in delays.items():
        found = sorted(delay for delay in each if delay is not None)
        first = sum(delay == 1 for delay in each) / STREAMS
        median = found[len(found) // 2] if found else "–"
        print(f"| {name} | {100 * first:.0f} % / {100 * len(found) / STREAMS:.0f} % / {median} |")


main()
