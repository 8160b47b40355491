"""Validates a JSON report, or every line of a file of them: validate.py SCHEMA REPORT [--lines]."""
import json
import sys

import jsonschema


def unique(pairs):
    names = [name for name, _ in pairs]
    if len(names) != len(set(names)):
        raise ValueError(f"a member stands twice: {names}")
    return dict(pairs)


with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
with open(sys.argv[2], encoding="utf-8") as file:
    texts = file if sys.argv[3:] == ["--lines"] else [file.read()]
    reports = [json.loads(text, object_pairs_hook=unique) for text in texts]
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
errors = [error for report in reports for error in validator.iter_errors(report)]
for error in errors[:10]:
    print("/".join(map(str, error.absolute_path)) + ": " + error.message[:300])
sys.exit(1 if errors or not reports else 0)
