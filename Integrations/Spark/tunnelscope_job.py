#!/usr/bin/env python3
"""Observe many captures in parallel on Apache Spark, and write one report for each group of them.

    spark-submit tunnelscope_job.py --output REPORTS [--by folder|gateway|all] [--parts N] CAPTURE_OR_FOLDER …

Each task runs `tunnelscope observe`, and the reports come from `tunnelscope correlate`. README.md says how the work is
divided, and when a report has the same bytes as that of `tunnelscope analyze` on the captures of its group.

Exit status: 0 nothing wrong, 1 findings of severity warning or error, 3 something was lost: a capture that could not be
read to its end, or a call of the program that did not end as it should; standard error names each.
"""
import argparse
import dataclasses
import itertools
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile

CAPTURE_NAMES = re.compile(r"\.(pcap|pcapng|cap)\d*(\.(gz|zst|lz4|xz))?$")
# A TLS connection without DTLS that lasts so long may be a tunnel's; correlate has the last word.
LONG_CONNECTION_NANOSECONDS = 20_000_000_000
# What the program ends with when it has told of every capture by name: analysed, findings, undecided, and the errors of sysexits.h
# for unreadable data, no input, input/output and no permission.
TOLD = (0, 1, 2, 65, 66, 74, 77)
INCOMPLETE = 3
# What all reports of a job say together, beside them.
OVERVIEW = "overview.json"
# Spark starts some ten milliseconds of Python for a partition; so many for each core are enough to keep all busy.
PARTITIONS_PER_CORE = 8


@dataclasses.dataclass(frozen=True)
class Task:
    """One call of observe: files that may continue each other, and a part of their hosts."""
    group: str
    files: tuple
    part: int
    parts: int


@dataclasses.dataclass(frozen=True)
class Observed:
    """What a call of observe gave."""
    group: str
    folder: str
    stream: bytes
    errors: tuple
    is_complete: bool


@dataclasses.dataclass(frozen=True)
class Report:
    group: str
    # Empty when it was written to a file already.
    text: bytes
    errors: tuple
    # 0 nothing wrong, 1 findings, others as in sysexits.h; negative for a signal.
    status: int
    file: str = ""


def captures(paths):
    """The files given, and all captures in the folders given, in order."""
    found = set()
    for path in map(pathlib.Path, paths):
        if path.is_dir():
            found.update(file for file in path.rglob("*") if file.is_file() and CAPTURE_NAMES.search(file.name))
        else:
            found.add(path)
    return sorted(found)


def rotation(name):
    """What the names of one rotated capture's parts have in common: all but digits, container and compression, which an
    archive changes for the older parts."""
    return re.sub(r"\d+", "", CAPTURE_NAMES.sub("", name))


def tasks(files, by, parts, together="names"):
    """How the work is divided. Files that may be one rotated capture stay together, because what goes on from file to
    file would be cut; observe tells by their times whether they are."""
    sets = {}
    for file in files:
        group = str(file.parent) if by == "folder" else "all"
        sets.setdefault((group, str(file.parent), rotation(file.name) if together == "names" else ""), []).append(file)
    return [Task(group, tuple(map(str, files)), part, parts)
            for (group, _, _), files in sorted(sets.items()) for part in range(1, parts + 1)]


# On the workers


def call(program, *arguments):
    """What the program wrote, what it said, and how it ended, in words when it said nothing about that itself."""
    try:
        run = subprocess.run([program, *arguments], capture_output=True, check=False)
    except OSError as error:
        return b"", (f"{program}: {error.strerror}",), 127
    said = tuple(run.stderr.decode(errors="replace").splitlines())
    if run.returncode in TOLD:
        return run.stdout, said, run.returncode
    how = f"status {run.returncode}" if run.returncode >= 0 else signal.Signals(-run.returncode).name
    return run.stdout, said + (f"{program} {arguments[0]} ended with {how}",), run.returncode


def observe(task, program):
    """Observes the task's files together. Where that does not end as it should, each on its own, so that only the file
    that is to blame is lost."""
    stream, errors, status = call(program, "observe", "--part", f"{task.part}/{task.parts}", *task.files)
    if status not in TOLD:
        if len(task.files) > 1:
            return [one for file in task.files for one in observe(dataclasses.replace(task, files=(file,)), program)]
        errors = tuple(f"{task.files[0]}: {line}" for line in errors)
    # What came before the loss is whole lines; correlate tells that the rest is missing.
    whole = stream[:stream.rfind(b"\n") + 1]
    return [Observed(task.group, os.path.dirname(task.files[0]), whole, errors, status == 0)]


def gateways(stream):
    """Addresses that a tunnel may lead to: servers of openings, and of TLS connections that last."""
    for line in stream.splitlines():
        # To look into every line would take longer than to observe.
        if b'"opened"' not in line and b'"summary"' not in line:
            continue
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


def correlate(streams, program, form, names, output, is_narrowed):
    """Writes the report of each group of streams, which come group by group, and gives it with its overview. One stream is
    in memory at a time."""
    for group, members in itertools.groupby(streams, key=lambda pair: pair[0]):
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "streams.ndjson")
            with open(file, "wb") as gathered:
                for _, stream in members:
                    gathered.write(stream)
            if os.path.getsize(file) == 0:
                continue
            narrowed = ["--gateway", group] if is_narrowed else []
            text, errors, status = call(program, "correlate", "--format", form, *narrowed, file)
        # The streams' own names say nothing to anybody.
        errors = tuple(f"{group}: {line.replace(file, 'observations')}" for line in errors)
        if is_narrowed and form == "json" and status in TOLD and not json.loads(text or b"{}").get("tunnels"):
            continue
        told = [overview(text)] if form == "json" and status in TOLD and text else []
        if output and text:
            yield Report(group, b"", errors, status, write(text, output, names[group])), told
        else:
            yield Report(group, text, errors, status), told


def write(text, output, name):
    """Writes a report as a whole or not at all: a task may run twice."""
    os.makedirs(output, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=output, delete=False) as file:
        file.write(text)
    path = os.path.join(output, name)
    os.replace(file.name, path)
    return path


def overview(report):
    """What a report in JSON says in all: what the overview of many has of it."""
    said = json.loads(report)
    findings = {}
    for finding in said["findings"]:
        mine = findings.setdefault(finding["rule"], {"reports": 1, "findings": 0, "warning": 0, "error": 0, "note": 0})
        mine["findings"] += 1
        mine[finding["severity"]] += 1
    return {"reports": 1, "captures": len(said["captures"]), "tunnels": len(said["tunnels"]),
            "verdicts": {said["verdict"]: 1}, "findings": findings}


def merged(one, other):
    """Two overviews as one: numbers are added, member by member."""
    if not isinstance(one, dict):
        return one + other
    return {key: merged(one[key], other[key]) if key in one and key in other else one.get(key, other.get(key))
            for key in sorted(one.keys() | other.keys())}


# On the driver


def on_disk(rdd):
    """Keeps what is used twice on the workers' disks: observations of many captures are more than their memory."""
    try:
        from pyspark import StorageLevel
    except ImportError:
        return rdd.persist(None)
    return rdd.persist(StorageLevel.DISK_ONLY)


def run(context, files, program, by="folder", parts=1, form="json", output=None, together="names"):
    """The whole job on a SparkContext, or on anything with as much of its interface; gives the reports and what was said
    of captures, with whether all of them were read to their ends. Streams stay on the workers."""
    work = tasks(files, by, parts, together)
    most = max(1, getattr(context, "defaultParallelism", 1)) * PARTITIONS_PER_CORE
    observed = on_disk(
        context.parallelize(work, max(1, min(len(work), most))).flatMap(lambda task: observe(task, program)))
    if by == "gateway":
        # A gateway's tunnels may also show in a capture where only their inner flows do; such a capture lies with others.
        places = observed.flatMap(lambda one: [(one.folder, gateway) for gateway in set(gateways(one.stream))]).distinct()
        groups = sorted(places.map(lambda place: place[1]).distinct().collect())
        streams = places.join(observed.map(lambda one: (one.folder, one.stream))).map(lambda pair: pair[1])
    else:
        groups = sorted({task.group for task in work})
        streams = observed.map(lambda one: (one.group, one.stream))
    names = file_names(groups, form)
    sorted_streams = streams.repartitionAndSortWithinPartitions(max(1, min(len(groups), most)))
    # Kept, because two things come of it and correlating costs.
    reports = on_disk(sorted_streams.mapPartitions(
        lambda some: correlate(some, program, form, names, output, by == "gateway")))
    gathered = sorted(reports.map(lambda one: one[0]).collect(), key=lambda report: report.group)
    if output and form == "json" and by != "all" and gathered:
        overviews = reports.flatMap(lambda one: one[1])
        whole = overviews.treeReduce(merged) if not overviews.isEmpty() else {}
        write(json.dumps(whole, indent=2).encode() + b"\n", output, OVERVIEW)
    told = observed.map(lambda one: (one.errors, one.is_complete)).collect()
    errors = sorted({line for lines, _ in told for line in lines})
    return gathered, errors, all(is_complete for _, is_complete in told)


def status(reports, is_complete):
    """What the job ends with."""
    if not is_complete or any(report.status not in (0, 1) for report in reports):
        return INCOMPLETE
    return max((report.status for report in reports), default=0)


def file_names(groups, form):
    """A name for the report of each group that no other has and that every file system takes."""
    names, taken, suffix = {}, {pathlib.Path(OVERVIEW).stem}, {"text": "txt", "markdown": "md"}.get(form, form)
    for group in groups:
        base = re.sub(r"[^A-Za-z0-9.-]+", "-", group).strip("-.") or "report"
        name, number = base, 1
        while name in taken:
            number += 1
            name = f"{base}-{number}"
        taken.add(name)
        names[group] = f"{name}.{suffix}"
    return names


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("captures", nargs="+", help="capture files, or folders that are searched for them")
    parser.add_argument("--output", required=True, type=pathlib.Path,
                        help="folder for the reports, which the workers write")
    parser.add_argument("--by", choices=["folder", "gateway", "all"], default="folder", help="what gets a report")
    parser.add_argument("--parts", type=int, default=1, help="tasks that share the hosts of each capture")
    parser.add_argument("--together", choices=["names", "folder"], default="names",
                        help="which files one task observes: those with like names, or all of a folder")
    parser.add_argument("--format", choices=["json", "text", "html", "markdown"], default="json", dest="form")
    parser.add_argument("--program", default="tunnelscope", help="its path on the workers")
    arguments = parser.parse_args()
    files = captures(arguments.captures)
    if not files:
        parser.error("no capture found")

    from pyspark import SparkContext
    context = SparkContext.getOrCreate()
    context.setLogLevel("WARN")
    reports, errors, is_complete = run(
        context, files, arguments.program, arguments.by, arguments.parts, arguments.form,
        str(arguments.output.absolute()), arguments.together)
    for report in reports:
        words = {0: "nothing wrong", 1: "findings"}.get(report.status, f"status {report.status}")
        print(f"{report.file or report.group}: {words}")
    for line in errors + [line for report in reports for line in report.errors]:
        print(line, file=sys.stderr)
    context.stop()
    return status(reports, is_complete)


if __name__ == "__main__":
    sys.exit(main())
