#!/usr/bin/env python3
"""Fills in what the documentation site shows of the program itself: a page a finding, from `tunnelscope explain`, with the
report of a sample capture that has it; and the output of the commands in @RUN(ARGUMENTS | LINES).

  findings.py PROGRAM CATALOG        changes the catalog, which is a copy; to be run in the root of the repository
"""
import json
import pathlib
import re
import subprocess
import sys

PROGRAM, CATALOG = sys.argv[1], pathlib.Path(sys.argv[2])
MOST_EVIDENCE = 5


def run(*arguments):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True).stdout


def page_name(rule):
    return "Finding-" + rule


def rules():
    """Names and summaries, in the program's order."""
    found, name = {}, None
    for line in run("explain").splitlines():
        if match := re.match(r"  ([a-z][a-z-]+)  +(\S.*)", line):
            name = match[1]
            found[name] = match[2]
        elif name and re.match(r" {10,}\S", line):
            found[name] += " " + line.strip()
    return found


def sections(rule):
    """What `explain` says of a rule: (heading, paragraphs), the first without a heading."""
    lines = run("explain", rule).splitlines()[1:]
    parts, heading, paragraph = [], None, []
    for line in [*lines, ""]:
        if line.startswith("  "):
            # What is said of each kind of tunnel is a paragraph of its own.
            if paragraph and paragraph[-1].endswith(".") and re.match(r"  [A-Z][A-Za-z/ ]*: ", line):
                parts.append((heading, paragraph))
                paragraph = []
            paragraph.append(line.strip())
            continue
        if paragraph:
            parts.append((heading, paragraph))
            paragraph = []
        if line.strip():
            heading = line.strip()
    return parts


def escaped(text):
    """Text that Markdown shows as it is, with code spans kept."""
    spans = re.split(r"(`[^`]*`)", text)
    return "".join(s if s.startswith("`") else re.sub(r"([\\*_<>\[\]@|#])", r"\\\1", s) for s in spans)


def block(paragraph):
    """A paragraph, or a numbered list."""
    items, text = [], ""
    for line in paragraph:
        if match := re.match(r"\d+\. (.*)", line):
            items.append(match[1])
        elif items:
            items[-1] += " " + line
        else:
            text += (" " if text else "") + line
    return "\n".join(f"{n}. {escaped(item)}" for n, item in enumerate(items, 1)) if items else escaped(text)


def samples():
    """The first sample of each rule: those that have to show it before those that happen to."""
    entries = json.loads(pathlib.Path("Captures/expected.json").read_text())
    found = {}
    for entry in sorted(entries, key=lambda entry: len(entry["files"])):
        paths = ["Captures/" + name for name in entry["files"]]
        report = json.loads(run("analyze", "--format", "json", *paths))
        for finding in report["findings"]:
            is_due = finding["rule"] in [due.split()[0] for due in entry["must"]]
            best = found.get(finding["rule"])
            if best is None or is_due and not best[0]:
                found[finding["rule"]] = (is_due, paths, entry["about"], finding)
    return found


def evidence(finding):
    rows = []
    for item in finding["evidence"][:MOST_EVIDENCE]:
        place = f"frame {item['frame']}" if item.get("frame") else f"line {item.get('line')}"
        rows.append(f"| {place} | {(item.get('time') or '')[11:23]} | {escaped(item['note'])} |")
    left = len(finding["evidence"]) - MOST_EVIDENCE
    more = f"\n\nand {left} more." if left > 0 else ""
    return "| where | time | what it shows |\n|---|---|---|\n" + "\n".join(rows) + more


def sample_text(sample):
    _, paths, about, finding = sample
    steps = "\n".join(f"{n}. {escaped(step)}" for n, step in enumerate(finding["remedies"], 1))
    text = f"## A real one\n\n{escaped(about.rstrip('.'))}.\n\n```\ntunnelscope analyze {' '.join(paths)}\n```\n\n"
    text += f"> **{finding['severity'].capitalize()}**: {escaped(finding['title'])}\n>\n> {escaped(finding['explanation'])}\n>\n"
    text += f"> *{finding['confidence'].capitalize()}*: {escaped(finding['confidence_reason'])}.\n\n"
    text += f"{evidence(finding)}\n\n"
    return text + (f"What the report says to do about this one:\n\n{steps}\n" if steps else "")


def write_findings():
    names, found = rules(), samples()
    for rule, summary in names.items():
        parts = sections(rule)
        text = f"# {rule}\n\n{escaped(parts[0][1][0] if len(parts[0][1]) == 1 else summary)}\n\n## Overview\n\n"
        heading = None
        for title, paragraph in parts[1:]:
            if title != heading:
                text += f"### {escaped(title)}\n\n"
                heading = title
            text += block(paragraph) + "\n\n"
        if rule in found:
            text += sample_text(found[rule])
        (CATALOG / f"{page_name(rule)}.md").write_text(text)
    rows = "\n".join(f"- <doc:{page_name(rule)}>" for rule in names)
    (CATALOG / "Findings.md").write_text(
        "# Findings\n\nEvery diagnosis that the program can make: what it means, how it is recognised, what to do.\n\n"
        "## Overview\n\nThe same is printed by `tunnelscope explain`. A page shows a sample where the repository has one.\n\n"
        f"## Topics\n\n### By name\n\n{rows}\n")
    return len(names), len(set(names) & set(found))


def fill_in_output():
    for page in CATALOG.glob("*.md"):
        def output(match):
            arguments, lines = match[1].split(" | ")
            shown = run(*arguments.split()).splitlines()[: int(lines)]
            return f"```\n$ tunnelscope {arguments}\n" + "\n".join(shown).rstrip() + "\n…\n```"
        text = page.read_text()
        changed = re.sub(r"^@RUN\((.*)\)$", output, text, flags=re.M)
        if changed != text:
            page.write_text(changed)


fill_in_output()
written, sampled = write_findings()
print(f"{written} findings, {sampled} of them with a sample")
