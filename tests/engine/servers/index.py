"""A package index without packages: wheels are made when they are asked for.

Real ones come out of the folders in projects/, each with a project.json:
  versions  the versions it is offered in; {5-30} stands for 5, 6, ... 30
  scripts   console scripts, name to module:function
Its src/ is what is importable, its data/ lands below the interpreter's
prefix, its bin/ are scripts that pip gives their interpreter line.

Any other project is a module that holds its version, and a console script
that prints it.
"""

import base64
import functools
import hashlib
import io
import json
import os
import re
import stat
import zipfile

PROJECTS = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                        "projects")

# An empty pip would break the pip of the image.
NEVER_MADE = {"pip"}

# Their wheels for each kind of machine have a version of their own.
OF_PYTORCH = {"torch", "torchvision", "torchaudio"}

CLAUSE = r"(?:===|==|~=|!=|<=|>=|<|>)\s*[\w.*+!-]+"
REQUIREMENT = re.compile(
    r"([A-Za-z0-9](?:[\w.-]*\w)?)\s*(?:\[[^\]\n]*\])?\s*\(?"
    r"(" + CLAUSE + r"(?:\s*,\s*" + CLAUSE + r")*)")


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def wheel_name(name, version):
    return "%s-%s-py3-none-any.whl" % (normal(name).replace("-", "_"),
                                       version)


def read_texts(folder):
    """All text of a folder: cog.yaml, requirements files, lines of a test."""
    texts = []
    for root, _, files in os.walk(folder):
        for file in sorted(files):
            with open(os.path.join(root, file), encoding="utf-8",
                      errors="replace") as text:
                texts.append(text.read())
    return "\n".join(texts)


def project(name):
    try:
        with open(os.path.join(PROJECTS, normal(name), "project.json"),
                  encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return None


def wheels(name, text, machine="cpu"):
    """The file names on offer; none when the project is unknown."""
    return [wheel_name(name, version)
            for version in versions(name, text, machine)]


def versions(name, text, machine):
    if known := project(name):
        return [v for pattern in known["versions"] for v in expand(pattern)]
    if text is None or normal(name) in NEVER_MADE:
        return []
    found = set()
    for match in REQUIREMENT.finditer(text):
        if normal(match[1]) == normal(name):
            for clause in match[2].split(","):
                found.update(answers(*re.fullmatch(
                    r"\s*([=~!<>]+)\s*(.*?)\s*", clause).groups()))
    if normal(name) in OF_PYTORCH:
        found |= {v + "+" + machine for v in found if "+" not in v}
    return sorted(found) or ["1.0.0"]


def expand(pattern):
    if not (match := re.search(r"\{(\d+)-(\d+)\}", pattern)):
        return [pattern]
    return [v for number in range(int(match[1]), int(match[2]) + 1)
            for v in expand(pattern[:match.start()] + str(number)
                            + pattern[match.end():])]


def answers(operator, version):
    """Versions that one clause allows: pip chooses what suits them all."""
    version = version.removesuffix(".*")
    if operator in ("===", "==", "~=", ">=", "<="):
        return {version}
    if operator == "<":
        parts = [int(p) for p in re.match(r"\d+(\.\d+)*", version)[0]
                 .split(".")]
        while parts and not parts[-1]:
            parts.pop()
        if parts:
            parts[-1] -= 1
        return {".".join(str(p) for p in parts + [9999])}
    return {version + ".1"}


@functools.cache
def make_wheel(file_name):
    name, version = file_name.split("-")[:2]
    folder = os.path.join(PROJECTS, normal(name))
    known = project(name)
    scripts = known["scripts"] if known else {
        normal(name): name + ":main"}
    content = {}
    if known:
        stem = "%s-%s.data/" % (name, version)
        read_tree(content, os.path.join(folder, "src"), "")
        read_tree(content, os.path.join(folder, "data"), stem + "data/")
        read_tree(content, os.path.join(folder, "bin"), stem + "scripts/")
    else:
        content[name + "/__init__.py"] = (
            "__version__ = %r\n\n\ndef main():\n    print(%r, __version__)\n"
            % (version, name)).encode()
    info = "%s-%s.dist-info/" % (name, version)
    content[info + "METADATA"] = (
        "Metadata-Version: 2.1\nName: %s\nVersion: %s\n"
        % (normal(name), version)).encode()
    content[info + "WHEEL"] = (
        b"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\n"
        b"Tag: py3-none-any\n")
    if scripts:
        content[info + "entry_points.txt"] = (
            "[console_scripts]\n" + "".join(
                "%s = %s\n" % item for item in scripts.items())).encode()
    content[info + "RECORD"] = record(content, info + "RECORD")
    return zipped(content)


def read_tree(content, folder, prefix):
    for root, _, files in os.walk(folder):
        for file in files:
            path = os.path.join(root, file)
            if file.endswith(".pyc"):
                continue
            with open(path, "rb") as data:
                content[prefix + os.path.relpath(path, folder)] = data.read()


def record(content, own):
    lines = []
    for name, data in sorted(content.items()):
        value = base64.urlsafe_b64encode(hashlib.sha256(data).digest())
        lines.append("%s,sha256=%s,%d\n"
                     % (name, value.decode().rstrip("="), len(data)))
    return "".join(lines + [own + ",,\n"]).encode()


def zipped(content):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(content.items()):
            # Its date is fixed, so every request gets the same wheel.
            entry = zipfile.ZipInfo(name)
            mode = 0o755 if ".data/scripts/" in name else 0o644
            entry.external_attr = (stat.S_IFREG | mode) << 16
            archive.writestr(entry, data)
    return out.getvalue()
