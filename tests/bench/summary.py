"""What run.sh measured, as a table and as a plot.

usage: summary.py CSV PLOT

Prints, for each engine, model and edit, the median of each shape with its
smallest and largest time, and the ratio of ours to the others. Writes the
medians of the cold builds and the edits as PLOT.svg, drawn by gnuplot.
"""

import csv
import statistics
import subprocess
import sys

SHAPES = [("ours", "ours"), ("ours_uv", "ours, COG_PYTHON=uv"),
          ("0_9", "Cog 0.9's shape"), ("0_22", "Cog 0.22's shape")]


def read(path):
    """{(engine, model, edit): {shape: [seconds]}}, in the order of the file."""
    groups = {}
    with open(path, encoding="ascii", newline="") as file:
        for row in csv.DictReader(file):
            group = groups.setdefault(
                (row["engine"], row["model"], row["edit"]), {})
            group.setdefault(row["shape"], []).append(
                int(row["milliseconds"]) / 1000)
    return groups


def cell(times):
    if not times:
        return "-"
    return "%.1f (%.1f to %.1f)" % (statistics.median(times), min(times),
                                    max(times))


def ratio(group, ours, shape):
    if ours not in group or shape not in group:
        return "-"
    return "%.3f" % (statistics.median(group[ours])
                     / statistics.median(group[shape]))


def table(groups):
    line = "%-16s %-8s %-8s" + " %-21s" * len(SHAPES) + " %9s" * 3
    print(line % ("engine", "model", "edit", *(title for _, title in SHAPES),
                  "ours/0.9", "ours/0.22", "uv/0.22"))
    for (engine, model, edit), group in groups.items():
        print(line % (engine, model, edit,
                      *(cell(group.get(shape)) for shape, _ in SHAPES),
                      ratio(group, "ours", "0_9"),
                      ratio(group, "ours", "0_22"),
                      ratio(group, "ours_uv", "0_22")))
    print("seconds: median (smallest to largest)")


def plot(groups, path):
    """The first engine of the file; one cluster of bars per model and edit."""
    first = next(iter(groups))[0]
    with open(path + ".dat", "w", encoding="ascii") as data:
        for (engine, model, edit), group in groups.items():
            if engine == first:
                data.write('"%s %s" %s\n' % (model, edit, " ".join(
                    "%.2f" % statistics.median(group.get(shape, [0]))
                    for shape, _ in SHAPES)))
    bars = ", ".join(
        "'%s.dat' using %d%s title \"%s\"" % (
            path, column, ":xtic(1)" if column == 2 else "", title)
        for column, (_, title) in enumerate(SHAPES, start=2))
    subprocess.run(["gnuplot"], check=True, encoding="ascii", input="""
set terminal svg noenhanced size 1000,420 font 'sans,12' background '#ffffff'
set key top left reverse Left
set output '%s.svg'
set title 'Seconds of a build (median), %s'
set style data histograms
set style histogram clustered gap 1
set style fill solid
set boxwidth 0.9
set xtics rotate by -40
set grid ytics
set yrange [0:*]
plot %s
""" % (path, first, bars))


def main():
    groups = read(sys.argv[1])
    table(groups)
    plot(groups, sys.argv[2])


main()
