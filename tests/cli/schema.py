"""usage: schema.py PROGRAM DIRECTORY...

Holds docs/cog.schema.json against `PROGRAM check` of every folder with a
cog.yaml in the DIRECTORies: what check says nothing about is valid, and what is
of another form than the keys' types is not. What only check knows (versions,
files, what a requirement says) does not count.
"""

import json
import os
import subprocess
import sys

import jsonschema
import yaml

# Rules of check that a schema must see too.
SEEN = {"wrong-type", "unknown-key", "loose-type", "bad-pointer", "conflicting-keys"}
# Those that it may see: the value is at fault, or part of the text inside.
MAY_SEE = {
    "bad-value", "bad-environment", "bad-run-item", "bad-mount",
    "bad-python", "bad-cuda", "bad-sdk", "bad-requirement", "bad-package-name",
    "empty-config", "ignored-key",
}
# Text that readers of YAML do not agree about.
NO_YAML = {"yaml-", "duplicate-key", "too-large", "no-config", "not-a-file"}


class Loader(yaml.SafeLoader):
    """YAML without dates, which JSON does not have."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def rules_of(program, folder):
    out = subprocess.run(
        [program, "check", folder, "--format", "json"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False,
    ).stdout
    return {one["rule"] for one in json.loads(out)} if out else None


def main(program, *directories):
    with open("docs/cog.schema.json", encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    valid = invalid = bad = 0
    folders = [
        os.path.join(directory, name)
        for directory in directories if os.path.isdir(directory)
        for name in sorted(os.listdir(directory))
    ]
    for folder in folders:
        rules = rules_of(program, folder)
        if rules is None or any(r.startswith(tuple(NO_YAML)) for r in rules):
            continue
        with open(os.path.join(folder, "cog.yaml"), encoding="utf-8") as file:
            value = yaml.load(file, Loader)
        errors = [f"{list(e.path)}: {e.message}" for e in validator.iter_errors(value)]
        if errors and not rules & (SEEN | MAY_SEE):
            print(f"{folder}: the schema refuses what check takes:", *errors, sep="\n  ")
            bad += 1
        if not errors and rules & SEEN:
            print(f"{folder}: the schema takes it, check says {sorted(rules & SEEN)}")
            bad += 1
        valid += not errors
        invalid += bool(errors)
    print(f"{valid} files are valid, {invalid} are not")
    return bad or valid < 50


sys.exit(bool(main(*sys.argv[1:])))
