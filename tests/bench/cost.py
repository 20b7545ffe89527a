"""How the frontend's cost grows with each kind of input.

usage: cost.py LAUNCHER PROGRAM [ROUNDS]      (tests/bench/cost.sh has both)

Each input is made in four sizes, each twice the one before, and given to a
command. Printed are time and memory of the largest, less those of an empty
project, and the exponents: 1 is linear, 2 is quadratic. Time is what the
process used itself, the least of ROUNDS (5 when none is given).
"""

import math
import pathlib
import subprocess
import sys
import tempfile
import zipfile

STEPS = 4
PREDICT = "class Predictor:\n    def predict(self, n: int) -> int:\n        return n\n"
HEAD = 'build:\n  python_version: "3.11"\n'
TAIL = 'predict: "predict.py:Predictor"\n'


def write(top, path, text):
    file = top / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def project(top, build="", rest=""):
    write(top, "cog.yaml", HEAD + build + rest + TAIL)
    write(top, "predict.py", PREDICT)


def items(key, lines, indent="  "):
    return f"{indent}{key}:\n" + "".join(f"{indent}  - {line}\n" for line in lines)


def environment(n, length=20):
    return items("environment", [f"V{i}={'x' * length}" for i in range(n)], "")


def runs(n):
    return items("run", [f"echo {i}" for i in range(n)])


def files(top, n):
    for i in range(n):
        write(top, f"d{i % 50}/f{i}.bin", "")


# Each row: a name, the command, the smallest N, and what makes a project of N.
ROWS = {}


def row(name, command, n):
    return lambda make: ROWS.setdefault(name, (command, n, make))


@row("environment", "llb", 1000)
def _(top, n):
    project(top, rest=environment(n))


@row("environment, printed", "dockerfile", 1000)
def _(top, n):
    project(top, rest=environment(n))


@row("run items", "llb", 500)
def _(top, n):
    project(top, build=runs(n))


@row("run items x 100 variables", "llb", 250)
def _(top, n):
    project(top, build=runs(n), rest=environment(100))


@row("100 run items x variables", "llb", 250)
def _(top, n):
    project(top, build=runs(100), rest=environment(n))


@row("packages", "plan", 500)
def _(top, n):
    project(top, build=items("python_packages", [f"p{i}==1.0" for i in range(n)]))


@row("a requirements file", "plan", 2000)
def _(top, n):
    project(top, build="  python_requirements: r.txt\n")
    write(top, "r.txt", "".join(f"p{i}==1.0\n" for i in range(n)))


@row("system packages", "plan", 1000)
def _(top, n):
    project(top, build=items("system_packages", [f"p{i}" for i in range(n)]))


@row("comments", "check", 2000)
def _(top, n):
    project(top, rest="".join(f"# comment {i}\n" for i in range(n)))


@row("secrets in one line", "plan", 2000)
def _(top, n):
    project(top, build=items("run", ["'" + "TOKEN=$." * n + "'"]))


@row("masked secrets in one line", "plan", 2000)
def _(top, n):
    project(top, build=items("run", ["'" + "TOKEN=abcdef " * n + "'"]))


@row("words of a run item", "check", 2000)
def _(top, n):
    words = " ".join(f"word{i}" for i in range(n))
    project(top, build=items("run", ["apt-get install -y " + words]))


@row("ignore patterns", "plan", 250)
def _(top, n):
    project(top)
    files(top, 1000)
    write(top, ".dockerignore", "".join(f"dir{i}/*.txt\n" for i in range(n)))


@row("files x 20 names ignored", "plan", 1000)
def _(top, n):
    project(top)
    files(top, n)
    write(top, ".dockerignore", "".join(f"**/name{i}\n" for i in range(20)))


@row("stars in a pattern", "plan", 20)
def _(top, n):
    project(top)
    files(top, 1000)
    write(top, ".dockerignore", "a*" * n + "\n")


@row("patterns of weights", "plan --build-arg COG_WEIGHTS", 100)
def _(top, n):
    project(top)
    files(top, 2000)
    return " ".join(f"dir{i}/*.bin" for i in range(n))


@row("files of a context", "context", 1000)
def _(top, n):
    project(top)
    files(top, n)


@row("members of a zip", "packages ctx.zip", 2000)
def _(top, n):
    with zipfile.ZipFile(top / "ctx.zip", "w") as z:
        for i in range(n):
            z.writestr(f"d{i % 50}/f{i}", "")
        z.writestr("cog.yaml", HEAD + TAIL)


@row("lines of predict.py", "schema", 2000)
def _(top, n):
    project(top)
    write(top, "predict.py", "".join(f"x{i} = {i}\n" for i in range(n)) + PREDICT)


def command_line(program, command, said):
    words = command.split()
    if said is not None:
        words[-1] += "=" + said
    return [program, *words]


def measure(launcher, argv, where):
    """Own time in milliseconds, and peak memory in MB."""
    done = subprocess.run([launcher, *argv], cwd=where, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True, check=False)
    words = done.stderr.split("measured: ")[1].split()
    return float(words[1]), float(words[5]) / 1024


def cost(launcher, program, row_of, n, rounds):
    command, _, make = row_of
    with tempfile.TemporaryDirectory() as name:
        said = make(pathlib.Path(name), n)
        argv = command_line(program, command, said)
        seen = [measure(launcher, argv, name) for _ in range(rounds)]
    return min(ms for ms, _ in seen), min(mb for _, mb in seen)


def exponent(values, floor):
    """Of the last two sizes; what is not above FLOOR says nothing."""
    low, high = values[-2], values[-1]
    if high <= floor:
        return "-"
    return f"{math.log2(high / max(low, floor / 2)):.2f}"


def main():
    launcher, program = (str(pathlib.Path(arg).resolve()) for arg in sys.argv[1:3])
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    nothing = ("plan", 0, lambda top, n: project(top))
    empty = cost(launcher, program, nothing, 0, rounds)
    print(f"{'input':28} {'N':>7} {'ms':>8} {'MB':>6}  time^  memory^")
    for name, row_of in ROWS.items():
        sizes = [row_of[1] << i for i in range(STEPS)]
        costs = [cost(launcher, program, row_of, n, rounds) for n in sizes]
        ms = [max(c[0] - empty[0], 0) for c in costs]
        mb = [max(c[1] - empty[1], 0) for c in costs]
        print(f"{name:28} {sizes[-1]:7} {costs[-1][0]:8.1f} {costs[-1][1]:6.1f}"
              f"  {exponent(ms, 5):>5}  {exponent(mb, 1):>7}", flush=True)


if __name__ == "__main__":
    main()
