#!/usr/bin/env python3
"""Changes one line of src/ at a time, and sees whether the unit tests notice.

usage: tests/mutate/run.py [--seed SEED] N [FILE...]

N mutants are drawn, by SEED (1), from all lines of the FILEs (src/*/*.c) that
one of the changes below fits. Each is built in a copy of the tree and run
through the unit tests; golden tests and transcripts are among them. Prints a
line for each mutant that no test notices, and at the end how many were noticed.
A mutant that does not compile is drawn again, so N are always judged.
"""

import argparse
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
TEST_SECONDS = 180  # a mutant that does not end is noticed, too

# What is found in a line, and what may stand there instead.
CHANGES = [
    (r" == ", [" != "]),
    (r" != ", [" == "]),
    (r" < ", [" <= ", " > "]),
    (r" > ", [" >= ", " < "]),
    (r" <= ", [" < "]),
    (r" >= ", [" > "]),
    (r" && ", [" || "]),
    (r" \|\| ", [" && "]),
    (r" \+ 1\b", [" + 2", ""]),
    (r" - 1\b", ["", " - 2"]),
    (r"\bi = 0;", ["i = 1;"]),
    (r"\btrue\b", ["false"]),
    (r"\bfalse\b", ["true"]),
    (r"\breturn false;", ["return true;"]),
    (r"\breturn true;", ["return false;"]),
    (r"if \(!", ["if ("]),
    (r"if \((?=[a-z])", ["if (!"]),
    (r"\+\+;", ["--;"]),
]


def candidates(files):
    """(file, line number, the line with one change) for every fit."""
    for file in files:
        lines = file.read_text(encoding="utf-8").split("\n")
        for number, line in enumerate(lines):
            code = line.split("//")[0]
            if code.lstrip().startswith(("*", "/*", "#", '"')) or "assert" in code:
                continue
            for pattern, others in CHANGES:
                for match in re.finditer(pattern, code):
                    for other in others:
                        changed = line[:match.start()] + other + line[match.end():]
                        yield file, number, changed


def run(command, folder, seconds=None):
    try:
        return subprocess.run(command, cwd=folder, timeout=seconds, check=False,
                              stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def copy_tree(folder):
    files = subprocess.run(["git", "ls-files", "-z"], cwd=TOP, check=True,
                           capture_output=True).stdout.decode().split("\0")
    for name in filter(None, files):
        to = folder / name
        to.parent.mkdir(parents=True, exist_ok=True)
        if (TOP / name).is_file():
            shutil.copy2(TOP / name, to)


def judge(tree, file, number, changed):
    """True, False, or None when the change does not compile."""
    target = tree / file.relative_to(TOP)
    before = target.read_text(encoding="utf-8")
    lines = before.split("\n")
    lines[number] = changed
    target.write_text("\n".join(lines), encoding="utf-8")
    try:
        if not run(["cmake", "--build", "--preset", "dev"], tree):
            return None
        return not run(["ctest", "--preset", "dev", "-j", "2",
                        "--stop-on-failure", "--timeout", "60"],
                       tree, TEST_SECONDS)
    finally:
        target.write_text(before, encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("n", type=int)
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    args = parser.parse_args()
    files = [f.resolve() for f in args.files] or sorted(TOP.glob("src/*/*.c"))
    drawn = list(candidates(files))
    random.Random(args.seed).shuffle(drawn)
    noticed = judged = 0
    with tempfile.TemporaryDirectory() as folder:
        tree = pathlib.Path(folder) / "tree"
        copy_tree(tree)
        shared = TOP.parent / "shared"
        if shared.is_dir():
            (pathlib.Path(folder) / "shared").symlink_to(shared.resolve())
        if not run(["cmake", "--preset", "dev"], tree) or not run(
                ["cmake", "--build", "--preset", "dev"], tree) or not run(
                ["ctest", "--preset", "dev", "-j", "2"], tree):
            sys.exit("the tree does not pass its tests without a change")
        for file, number, changed in drawn:
            if judged == args.n:
                break
            seen = judge(tree, file, number, changed)
            if seen is None:
                continue
            judged += 1
            noticed += seen
            if not seen:
                print("%s:%d: %s" % (file.relative_to(TOP), number + 1,
                                     changed.strip()), flush=True)
    print("%d of %d mutants noticed (%d %%), seed %d"
          % (noticed, judged, 100 * noticed // max(judged, 1), args.seed))


main()
