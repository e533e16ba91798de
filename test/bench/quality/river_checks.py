"""The same checks in Python: JSON Schema, duplicates, robust z-scores and half-space trees. <brokers> <topic> <rows> <schema>"""

import json
import resource
import sys
import time
from collections import OrderedDict, Counter

import jsonschema_rs
import orjson
from confluent_kafka import Consumer
from river import anomaly, stats

NUMBERS = ("amount", "quantity", "weight")
WINDOW = 100_000


def main(brokers, topic, rows, schema):
    rows = int(rows)
    with open(schema) as file:
        validator = jsonschema_rs.validator_for(json.load(file))
    consumer = Consumer(
        {"bootstrap.servers": brokers, "group.id": f"river-{time.time()}", "auto.offset.reset": "earliest", "enable.auto.commit": False}
    )
    consumer.subscribe([topic])
    seen = {}
    order = OrderedDict()
    nulls, categories = Counter(), {"status": Counter(), "country": Counter()}
    levels = {name: (stats.EWMean(0.01), stats.EWVar(0.01)) for name in NUMBERS}
    series = {}
    trees = anomaly.HalfSpaceTrees(n_trees=25, height=8, window_size=250, seed=1)
    count = bad = doubled = odd = 0
    began = None
    while count < rows:
        for message in consumer.consume(10_000, 1.0):
            if message.error():
                raise RuntimeError(message.error())
            if began is None:
                began = (time.perf_counter(), usage())
            count += 1
            row = orjson.loads(message.value())
            if not validator.is_valid(row):
                bad += 1
                continue
            key = row["id"]
            if key in order:
                doubled += 1
                continue
            order[key] = None
            if len(order) > WINDOW:
                order.popitem(last=False)
            for name, counter in categories.items():
                counter[row[name]] += 1
            point = {}
            own = series.setdefault(row["customer"], {name: (stats.EWMean(0.01), stats.EWVar(0.01)) for name in NUMBERS})
            for name in NUMBERS:
                value = row[name]
                point[name] = value
                mean, variance = own[name]
                spread = variance.get() ** 0.5
                if spread > 0 and abs(value - mean.get()) > 4 * spread:
                    odd += 1
                mean.update(value)
                variance.update(value)
            if trees.score_one(point) > 0.95:
                odd += 1
            trees.learn_one(point)
    wall = time.perf_counter() - began[0]
    print(json.dumps({"seen": count, "bad": bad, "doubled": doubled, "odd": odd, "wall_s": wall, "cpu_s": usage() - began[1], "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))


def usage():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


main(*sys.argv[1:])
