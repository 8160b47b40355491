#!/usr/bin/env python3
"""How the job's time grows: copies of one capture in folders of ten, and a plain loop of analyze beside it.

    measure.py PROGRAM CAPTURE SCRATCH [COPIES …]        Spark in local mode with two cores; 200, 800 and 3,200 copies

Prints seconds of the job, of its parts, and of the loop, for each number of copies and each way of grouping.
"""
import pathlib
import shutil
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import tunnelscope_job as job  # noqa: E402

FOLDER = 10


def copies(capture, scratch, count):
    """Folders with copies whose names have nothing in common, so that each is observed on its own."""
    root = scratch / f"copies-{count}"
    for number in range(count):
        folder = root / f"site-{number // FOLDER}"
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(capture, folder / f"{'abcdefghij'[number % FOLDER]}.pcap")
    return root


def seconds(work):
    began = time.monotonic()
    work()
    return time.monotonic() - began


def main():
    program, capture, scratch = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    counts = [int(count) for count in sys.argv[4:]] or [200, 800, 3200]
    from pyspark import SparkContext
    context = SparkContext("local[2]", "measure")
    context.setLogLevel("ERROR")
    context.addPyFile(job.__file__)
    # The first job of a context starts the workers.
    context.parallelize(range(2), 2).map(lambda one: one).collect()
    for count in counts:
        files = job.captures([copies(capture, scratch, count)])
        loop = seconds(lambda: [subprocess.run([program, "analyze", file], capture_output=True, check=False)
                                for file in files])
        print(f"{count} copies: a loop of analyze {loop:.1f} s", flush=True)
        for by in ("folder", "gateway", "all"):
            taken = seconds(lambda: job.run(context, files, program, by, output=str(scratch / f"reports-{count}-{by}")))
            print(f"{count} copies: --by {by} {taken:.1f} s", flush=True)
    context.stop()


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    main()
