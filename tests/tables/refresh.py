"""Brings the tables of src/compat up to what the package index has today.

usage: refresh.py [--check] [DIR]

Adds to DIR (src/compat) the releases of torch that are newer than the last row
of torch.csv: the build that PyPI has, by the CUDA it requires, and the one for
the CPU. torch-pypi.csv gets the CUDA of every release that it lacks, and
sdk.csv the newest release of cog. With --check nothing is written, and the exit
status is 1 when something would be.

Needs pip and uv (`pip install uv`). Both ask the index that pip is configured
for; only metadata is fetched, no wheel. Builds for other CUDAs, images of
nvidia/cuda and Pythons are no package metadata: their rows are added by hand.
"""

import csv
import datetime
import functools
import os
import re
import subprocess
import sys

FIRST_WITH_CUDA_PACKAGES = (1, 13)  # before, the wheel holds its CUDA
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
COMPANIONS = ("torchvision", "torchaudio")


def run(*argv, text=""):
    return subprocess.run(argv, input=text, text=True, capture_output=True)


def pip_setting(name):
    found = run(sys.executable, "-m", "pip", "config", "get", name)
    return found.stdout.strip() if found.returncode == 0 else ""


def key(version):
    return tuple(int(n) for n in re.findall(r"\d+", version))


@functools.lru_cache
def releases(package, pythons):
    """The final releases that have a wheel for one of PYTHONS, oldest first."""
    found = set()
    for python in pythons:
        out = run(sys.executable, "-m", "pip", "index", "versions", package,
                  "--python-version", python, "--only-binary", ":all:").stdout
        listed = re.search(r"Available versions: (.*)", out)
        found.update(listed.group(1).split(", ") if listed else [])
    if not found:
        sys.exit("pip index versions %s: no answer" % package)
    return sorted(found, key=key)


def lock(python, *requirements):
    """What uv resolves REQUIREMENTS to: {name: version}, or None."""
    argv = ["uv", "pip", "compile", "-", "--quiet", "--no-header",
            "--no-annotate", "--only-binary", ":all:", "--python-version",
            python, "--python-platform", "x86_64-unknown-linux-gnu"]
    index = pip_setting("global.index-url")
    if index:
        argv += ["--index-url", index]
    done = run(*argv, text="\n".join(requirements) + "\n")
    if done.returncode:
        if "No solution found" not in done.stderr:
            sys.exit("uv: " + done.stderr)
        return None
    return dict(re.findall(r"^([\w.-]+)==(\S+)", done.stdout, re.M))


def cuda_of(resolved):
    """CUDA of the build, by the packages that it requires."""
    for name in ("cuda-toolkit", "nvidia-cuda-runtime-cu12",
                 "nvidia-cuda-runtime-cu11"):
        if name in resolved:
            return ".".join(resolved[name].split(".")[:2])
    return ""


def companions_of(torch, pythons, package):
    """The releases of PACKAGE that go with TORCH, oldest first."""
    found = []
    for version in reversed(releases(package, pythons)):
        # What requires no torch goes with all, and says nothing.
        if package == "torchaudio" and key(version) <= (2, 11, 0):
            break
        if lock(pythons[0], "torch==" + torch, "%s==%s" % (package, version)):
            found.insert(0, version)
        elif found:
            break
    return " ".join(found)


class Table:
    def __init__(self, directory, name):
        self.path = os.path.join(directory, name)
        with open(self.path, newline="") as f:
            self.columns, *self.rows = list(csv.reader(f))
        self.before = [list(r) for r in self.rows]

    def values(self, column):
        at = self.columns.index(column)
        return [r[at] for r in self.rows]

    def changed(self):
        return self.rows != self.before

    def write(self):
        with open(self.path, "w", newline="") as f:
            csv.writer(f, lineterminator="\n").writerows(
                [self.columns] + self.rows)


def add_torch(table, torch, known_pythons, source):
    pythons = tuple(p for p in known_pythons if lock(p, "torch==" + torch))
    cuda = cuda_of(lock(pythons[0], "torch==" + torch))
    vision, audio = (companions_of(torch, pythons, c) for c in COMPANIONS)
    for build, index in (("cpu", CPU_INDEX), (cuda, "")):
        table.rows.append([torch, build, "", vision, audio, index, "",
                           " ".join(pythons), source])
        print("torch.csv: " + ",".join(table.rows[-1]))


def add_pypi(table, torch, source):
    for python in ("3.12", "3.11", "3.8"):  # one that it has a wheel for
        resolved = lock(python, "torch==" + torch)
        if resolved:
            table.rows.append([torch, cuda_of(resolved), source])
            print("torch-pypi.csv: " + ",".join(table.rows[-1]))
            return
    sys.exit("torch %s: uv finds no wheel of it" % torch)


def main(argv):
    check = "--check" in argv
    directories = [a for a in argv if a != "--check"]
    here = os.path.dirname(os.path.abspath(__file__))
    directory = directories[0] if directories else os.path.join(
        here, "..", "..", "src", "compat")
    torch, pypi, sdk, python = (Table(directory, name + ".csv") for name in
                                ("torch", "torch-pypi", "sdk", "python"))
    source = "PyPI metadata read %s" % datetime.date.today()
    last = max(torch.values("torch"), key=key)
    pythons = tuple(python.values("python"))
    for release in releases("torch", pythons):
        if key(release) > key(last):
            add_torch(torch, release, pythons, source)
        if (key(release) >= FIRST_WITH_CUDA_PACKAGES
                and release not in pypi.values("torch")):
            add_pypi(pypi, release, source)
    newest = releases("cog", pythons)[-1]
    if newest != sdk.rows[-1][1]:
        print("sdk.csv: cog %s" % newest)
        sdk.rows[-1][1] = newest
    tables = [t for t in (torch, pypi, sdk) if t.changed()]
    if not check:
        for table in tables:
            table.write()
    return 1 if check and tables else 0


sys.exit(main(sys.argv[1:]))
