"""Runs `why401 explain --ndjson` on every core of a Spark cluster, through `pipe()`.

    spark-submit explain.py [--why401 PROGRAM] [--parts N] INPUT OUTPUT

INPUT is a file or folder of NDJSON, one record of an access log a line; OUTPUT a folder that does not exist yet, with one
file of verdicts a part. A part of the input keeps its order, and `line` counts within the part. Without a cluster Spark
runs in local mode. The program must be on each worker; `spark-submit --files why401` brings it along, as `./why401`.
"""

import argparse
import shlex

from pyspark.sql import SparkSession


def explain(lines, why401="why401", fields=None):
    """The verdicts for an RDD of records, one line each."""
    command = [why401, "explain", "--ndjson", "--jobs", "1"]  # Spark runs one process a core already.
    if fields:
        command += ["--fields", fields]
    # Exit status 1 says that a cause was found; 2, that nothing was read. `checkCode` would take both for a failure.
    guarded = f"{shlex.join(command)}; test $? -le 1"
    return lines.pipe(shlex.join(["sh", "-c", guarded]), checkCode=True)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--why401", default="why401")
    options.add_argument("--fields")
    options.add_argument("--parts", type=int)
    options.add_argument("input")
    options.add_argument("output")
    options = options.parse_args()
    spark = SparkSession.builder.appName("why401").getOrCreate()
    lines = spark.sparkContext.textFile(options.input, minPartitions=options.parts)
    explain(lines, options.why401, options.fields).saveAsTextFile(options.output)
    spark.stop()


if __name__ == "__main__":
    main()
