#!/usr/bin/env python3
"""Observe many captures in parallel on Apache Spark, and write one report for each group of them.

    spark-submit tunnelscope_job.py --output REPORTS [--by folder|gateway|all] [--parts N] CAPTURE_OR_FOLDER …

Each task runs `tunnelscope observe`, and the reports come from `tunnelscope correlate`, so that a report has the same
bytes as that of `tunnelscope analyze` on the captures of its group. README.md says how the work is divided.
"""
import argparse
import dataclasses
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

CAPTURE_NAMES = re.compile(r"\.(pcap|pcapng|cap)\d*(\.(gz|zst|lz4|xz))?$")
# A TLS connection without DTLS that lasts so long may be a tunnel's; correlate has the last word.
LONG_CONNECTION_NANOSECONDS = 20_000_000_000


@dataclasses.dataclass(frozen=True)
class Task:
    """One call of observe: files that may continue each other, and a part of their hosts."""
    group: str
    files: tuple
    part: int
    parts: int


@dataclasses.dataclass(frozen=True)
class Observed:
    """What a task gave."""
    group: str
    stream: bytes
    gateways: frozenset
    errors: str


@dataclasses.dataclass(frozen=True)
class Report:
    group: str
    text: bytes
    errors: str
    # 0 nothing wrong, 1 findings, others as in sysexits.h.
    status: int


def captures(paths):
    """The files given, and all captures in the folders given, in order."""
    found = set()
    for path in map(pathlib.Path, paths):
        if path.is_dir():
            found.update(file for file in path.rglob("*") if file.is_file() and CAPTURE_NAMES.search(file.name))
        else:
            found.add(path)
    return sorted(found)


def tasks(files, by, parts):
    """How the work is divided. Files whose names differ in digits only may be one rotated capture: they stay together,
    because what goes on from file to file would be cut; observe tells by their times whether they are."""
    sets = {}
    for file in files:
        group = str(file.parent) if by == "folder" else "all"
        sets.setdefault((group, str(file.parent), re.sub(r"\d+", "", file.name)), []).append(str(file))
    return [Task(group, tuple(together), part, parts)
            for (group, _, _), together in sorted(sets.items()) for part in range(1, parts + 1)]


def observe(task, program):
    """Runs on the workers."""
    run = subprocess.run([program, "observe", "--part", f"{task.part}/{task.parts}", *task.files],
                         capture_output=True, check=False)
    return Observed(task.group, run.stdout, frozenset(gateways(run.stdout)), run.stderr.decode(errors="replace"))


def gateways(stream):
    """Addresses that a tunnel may lead to: servers of openings, and of TLS connections that last."""
    for line in stream.splitlines():
        event = json.loads(line).get("observation", {}).get("event", {})
        opening = event.get("opened", {}).get("_0", {})
        whole = event.get("summary", {}).get("_0", {})
        # Every web page opens TLS; a log's line may name no ports.
        if opening.get("flow") and opening["id"]["channel"] != "tls":
            yield address(opening["flow"]["server"])
        elif whole and whole["end"] - whole["start"] >= LONG_CONNECTION_NANOSECONDS:
            yield address(whole["flow"]["server"])


def address(endpoint):
    return endpoint.rpartition(":")[0].strip("[]")


def correlate(group, streams, program, form, gateway=None):
    """Runs on the workers too."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for number, stream in enumerate(sorted(streams)):
            files.append(os.path.join(folder, f"{number}.ndjson"))
            with open(files[-1], "wb") as file:
                file.write(stream)
        narrowed = ["--gateway", gateway] if gateway else []
        run = subprocess.run([program, "correlate", "--format", form, *narrowed, *files], capture_output=True,
                             check=False)
    return Report(group, run.stdout, run.stderr.decode(errors="replace"), run.returncode)


def holds_tunnels(report, form):
    return form != "json" or bool(json.loads(report.text or b"{}").get("tunnels"))


def run(context, files, program, by="folder", parts=1, form="json"):
    """The whole job on a SparkContext, or on anything with its `parallelize` and `broadcast`; gives the reports and what observe said."""
    work = tasks(files, by, parts)
    observed = context.parallelize(work, max(1, len(work))).map(lambda task: observe(task, program)).cache()
    if by == "gateway":
        pairs = observed.flatMap(lambda one: [(gateway, None) for gateway in one.gateways]).groupByKey().keys()
        # A gateway's tunnels may show in any capture, also in one where only its inner flows do.
        streams = context.broadcast(observed.map(lambda one: one.stream).collect())
        reports = pairs.map(lambda gateway: correlate(gateway, streams.value, program, form, gateway))
        reports = reports.filter(lambda report: holds_tunnels(report, form))
    else:
        pairs = observed.map(lambda one: (one.group, one.stream)).groupByKey()
        reports = pairs.map(lambda pair: correlate(pair[0], list(pair[1]), program, form))
    gathered = sorted(reports.collect(), key=lambda report: report.group)
    errors = [line for one in observed.map(lambda one: one.errors).collect() for line in one.splitlines()]
    return gathered, sorted(set(errors))


def file_names(reports, form):
    """A name for each report that no other has and that every file system takes."""
    names, suffix = {}, {"text": "txt", "markdown": "md"}.get(form, form)
    for report in reports:
        base = re.sub(r"[^A-Za-z0-9.-]+", "-", report.group).strip("-.") or "report"
        name, number = base, 1
        while name in names:
            number += 1
            name = f"{base}-{number}"
        names[name] = report
    return {f"{name}.{suffix}": report for name, report in names.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("captures", nargs="+", help="capture files, or folders that are searched for them")
    parser.add_argument("--output", required=True, type=pathlib.Path, help="folder for the reports")
    parser.add_argument("--by", choices=["folder", "gateway", "all"], default="folder", help="what gets a report")
    parser.add_argument("--parts", type=int, default=1, help="tasks that share the hosts of each capture")
    parser.add_argument("--format", choices=["json", "text", "html", "markdown"], default="json", dest="form")
    parser.add_argument("--program", default="tunnelscope", help="its path on the workers")
    arguments = parser.parse_args()
    files = captures(arguments.captures)
    if not files:
        parser.error("no capture found")

    from pyspark import SparkContext
    context = SparkContext.getOrCreate()
    context.setLogLevel("WARN")
    reports, errors = run(context, files, arguments.program, arguments.by, arguments.parts, arguments.form)
    arguments.output.mkdir(parents=True, exist_ok=True)
    for name, report in file_names(reports, arguments.form).items():
        (arguments.output / name).write_bytes(report.text)
        print(f"{arguments.output / name}: {'findings' if report.status == 1 else 'nothing wrong'}"
              if report.status in (0, 1) else f"{arguments.output / name}: status {report.status}")
    for line in errors + [line for report in reports for line in report.errors.splitlines()]:
        print(line, file=sys.stderr)
    context.stop()
    return max((report.status for report in reports), default=0)


if __name__ == "__main__":
    sys.exit(main())
