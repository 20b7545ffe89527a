#!/usr/bin/env python3
"""Holds the pages against the tree and the program.

usage: check.py PROGRAM

README.md is short; every link leads to a file, and to a heading in it; every
cog.yaml that a page shows has no errors; what a page shows as the answer to a
command is the answer; commands and targets that a page names exist.
"""

import pathlib
import re
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
README_LINES = 130
SOURCE = "class Predictor:\n    def predict(self, name: str) -> str:\n        return name\n"
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)


def pages():
    found = [TOP / "README.md", TOP / "CONTRIBUTING.md", TOP / "CHANGELOG.md",
             TOP / "SECURITY.md", TOP / "tests/engine/README.md"]
    return [p for p in found if p.exists()] + sorted((TOP / "docs").rglob("*.md"))


def anchors(page):
    """The names that GitHub gives the headings of PAGE."""
    text = FENCE.sub("", page.read_text())
    for heading in re.findall(r"^#+ (.*)$", text, re.M):
        word = re.sub(r"[^\w\- ]", "", heading.lower())
        yield word.strip().replace(" ", "-")


def broken_links(page):
    text = FENCE.sub("", page.read_text())
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists():
            yield f"there is no {link}"
        elif anchor and anchor not in anchors(target):
            yield f"{path or page.name} has no heading #{anchor}"


def run(program, command, config):
    """What COMMAND says where CONFIG is cog.yaml."""
    with tempfile.TemporaryDirectory() as where:
        pathlib.Path(where, "cog.yaml").write_text(config)
        pathlib.Path(where, "predict.py").write_text(SOURCE)
        done = subprocess.run([program, *command.split()[1:]], cwd=where, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              check=False)
    return done.returncode, done.stdout


def wrong_examples(page, program):
    config = ""
    for kind, text in FENCE.findall(page.read_text()):
        if kind == "yaml" and re.search(r"^(build|predict|run):", text, re.M):
            config = text
            status, said = run(program, "cog-frontend check", config)
            if status == 1:
                yield f"its cog.yaml has errors:\n{config}{said}"
        elif kind == "console":
            command, _, expected = text.removeprefix("$ ").partition("\n")
            said = run(program, command, config)[1]
            if said != expected:
                yield f"{command} says\n{said}"


def known(program, what):
    """The names that the manual has for WHAT."""
    manual = subprocess.run([program, "man"], text=True, stdout=subprocess.PIPE,
                            check=True).stdout
    return set(re.findall(what, manual))


def unknown_names(page, commands):
    for name in re.findall(r"`cog-frontend ([a-z][a-z-]*)", page.read_text()):
        if name not in commands:
            yield f"cog-frontend has no command {name}"


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    commands = known(program, r"(?m)^\.SS \"?([a-z-]+)") | {"man", "completion"}
    faults = []
    length = len((TOP / "README.md").read_text().splitlines())
    if length > README_LINES:
        faults.append(f"README.md: {length} lines, {README_LINES} at most")
    for page in pages():
        found = [*broken_links(page), *unknown_names(page, commands)]
        if "rules" not in page.parts:
            found += wrong_examples(page, program)
        faults += [f"{page.relative_to(TOP)}: {fault}" for fault in found]
    print("\n".join(faults) or f"{len(pages())} pages are right")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
