"""The same stream in micro-batches of Great Expectations. <brokers> <topic> <rows>"""

import json
import resource
import sys
import time
import warnings

import great_expectations as gx
import orjson
import pandas as pd
from confluent_kafka import Consumer

BATCH = 20_000
warnings.filterwarnings("ignore")


def main(brokers, topic, rows):
    rows = int(rows)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    definition = context.data_sources.add_pandas("stream").add_dataframe_asset("orders").add_batch_definition_whole_dataframe("batch")
    suite = context.suites.add(gx.ExpectationSuite(name="orders"))
    expect = gx.expectations
    for column in ("id", "customer", "amount", "quantity", "weight", "status", "country", "address", "at"):
        suite.add_expectation(expect.ExpectColumnValuesToNotBeNull(column=column))
    suite.add_expectation(expect.ExpectColumnValuesToMatchRegex(column="id", regex="^order-[0-9]{10}$"))
    suite.add_expectation(expect.ExpectColumnValuesToBeUnique(column="id"))
    suite.add_expectation(expect.ExpectColumnValuesToBeBetween(column="amount", min_value=0, max_value=1_000_000))
    suite.add_expectation(expect.ExpectColumnValuesToBeBetween(column="quantity", min_value=1, max_value=1_000))
    suite.add_expectation(expect.ExpectColumnValuesToBeBetween(column="weight", min_value=0))
    suite.add_expectation(expect.ExpectColumnValuesToBeInSet(column="status", value_set=["new", "paid", "packed", "sent"]))
    suite.add_expectation(expect.ExpectColumnValuesToBeInSet(column="country", value_set=["NO", "SE", "DK", "DE", "FR", "NL"]))
    suite.add_expectation(expect.ExpectColumnMeanToBeBetween(column="amount", min_value=0, max_value=10_000))
    validation = context.validation_definitions.add(gx.ValidationDefinition(name="orders", data=definition, suite=suite))
    consumer = Consumer(
        {"bootstrap.servers": brokers, "group.id": f"gx-{time.time()}", "auto.offset.reset": "earliest", "enable.auto.commit": False}
    )
    consumer.subscribe([topic])
    count = failed = 0
    batch = []
    began = None
    while count < rows:
        for message in consumer.consume(10_000, 1.0):
            if message.error():
                raise RuntimeError(message.error())
            if began is None:
                began = (time.perf_counter(), usage())
            batch.append(orjson.loads(message.value()))
            count += 1
        if len(batch) >= BATCH or count >= rows:
            if not validation.run(batch_parameters={"dataframe": pd.DataFrame(batch)}).success:
                failed += 1
            batch = []
    wall = time.perf_counter() - began[0]
    print(json.dumps({"seen": count, "failed": failed, "wall_s": wall, "cpu_s": usage() - began[1], "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))


def usage():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


main(*sys.argv[1:])
