"""Validates JSON: validate.py [--lines] SCHEMA FILE [SCHEMA THAT IT REFERS TO …]; --lines: each line is one value."""
import json
import sys

import jsonschema


def unique(pairs):
    names = [name for name, _ in pairs]
    if len(names) != len(set(names)):
        raise ValueError(f"a member stands twice: {names}")
    return dict(pairs)


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def bundled(schema, others):
    """SCHEMA with the schemas that it refers to by their $id among its definitions."""
    def place(reference, home):
        document, _, fragment = reference.partition("#")
        return "#" + places.get(document, home) + fragment

    def moved(value, home):
        if isinstance(value, dict):
            return {name: place(part, home) if name == "$ref" else moved(part, home)
                    for name, part in value.items() if name != "$id"}
        return [moved(part, home) for part in value] if isinstance(value, list) else value

    places = {other["$id"]: f"/$defs/other{number}" for number, other in enumerate(others)}
    whole = moved(schema, "")
    for other in others:
        home = places[other["$id"]]
        whole["$defs"][home.rpartition("/")[2]] = moved(other, home)
    return whole


by_line = "--lines" in sys.argv
path, values_path, *other_paths = [argument for argument in sys.argv[1:] if argument != "--lines"]
schema, *others = map(load, [path, *other_paths])
with open(values_path, encoding="utf-8") as file:
    values = [json.loads(text, object_pairs_hook=unique) for text in (file if by_line else [file.read()])]
for one in [schema, *others]:
    jsonschema.Draft202012Validator.check_schema(one)
judge = jsonschema.Draft202012Validator(bundled(schema, others))
errors = [(number, error) for number, value in enumerate(values, 1) for error in judge.iter_errors(value)]
for number, error in errors[:10]:
    print(f"{number}: " + "/".join(map(str, error.absolute_path)) + ": " + error.message[:300])
    for cause in (error.context or [])[:20]:
        print("    " + "/".join(map(str, cause.absolute_path)) + ": " + cause.message[:300])
if not values:
    print("nothing to validate")
sys.exit(1 if errors or not values else 0)
