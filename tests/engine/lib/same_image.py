"""Compares two images: usage: same_image.py A.tar A.json B.tar B.json [PATTERN...]

TAR is what `docker export` gives of a container, JSON what `docker inspect`
says of the image. Trees are compared by path, type, mode, owner, link, device
and content; configs by everything that says how the image is run. Prints every
difference and ends with 1 if there is one. PATTERNs are of further paths that
may differ.
"""

import hashlib
import json
import marshal
import re
import sys
import tarfile
import types

CACHE_TAG = "." + sys.implementation.cache_tag + ".pyc"

# What differs between any two builds of one and the same description.
EXCEPTIONS = [
    (r"var/log/(apt/.*|dpkg\.log|alternatives\.log|bootstrap\.log)",
     "says when packages were installed"),
    (r"var/cache/ldconfig/aux-cache", "holds times and inode numbers"),
    (r"root/\.cache/pip/selfcheck/.*",
     "says when a run item's pip looked for a newer one"),
]

# The same, of what makes the container and not the image.
OF_THE_CONTAINER = {".dockerenv", "etc/hostname", "etc/hosts",
                    "etc/resolv.conf", "dev/console"}


def code(value):
    """What a constant of bytecode is, as text: how marshal writes it depends on
    how often each part was in use when it was compiled. Where the source lay
    does not count: a COPY that rounds its time, as buildah's does, has Python
    compile it anew when a run item imports it."""
    if isinstance(value, types.CodeType):
        return [code(getattr(value, name)) for name in dir(value)
                if name.startswith("co_") and name not in
                ("co_lines", "co_positions", "co_lnotab", "co_filename")]
    if isinstance(value, (tuple, frozenset)):
        parts = [code(part) for part in value]
        return parts if isinstance(value, tuple) else sorted(map(repr, parts))
    return repr(value)


def content(name, data):
    if name.endswith(".pyc"):
        # Without its source's time. Other Pythons' than this one's can only be
        # held against each other byte by byte.
        flags, data = data[4:8], data[12:]
        if data[:4] and flags == bytes(4) and name.endswith(CACHE_TAG):
            return repr(code(marshal.loads(data[4:])))
    return hashlib.sha256(data).hexdigest()


def around_difference(a, b):
    """Both as text, only what stands around their first difference."""
    a, b = str(a), str(b)
    at = next((i for i, pair in enumerate(zip(a, b)) if pair[0] != pair[1]),
              min(len(a), len(b)))
    return a[max(0, at - 80):at + 120], b[max(0, at - 80):at + 120]


def tree(path):
    entries = {}
    with tarfile.open(path) as tar:
        for entry in tar:
            name = entry.name.removeprefix("./").rstrip("/")
            if name in OF_THE_CONTAINER:
                continue
            if entry.islnk():  # a name of a file that came before
                entries[name] = entries[
                    entry.linkname.removeprefix("./").rstrip("/")]
                continue
            kind = {tarfile.DIRTYPE: "dir", tarfile.SYMTYPE: "link",
                    tarfile.FIFOTYPE: "fifo", tarfile.CHRTYPE: "char",
                    tarfile.BLKTYPE: "block"}.get(entry.type, "file")
            attributes = {key: value for key, value in
                          entry.pax_headers.items()
                          if key.startswith("SCHILY.xattr.")}
            entries[name] = (
                kind, oct(entry.mode), entry.uid, entry.gid, entry.linkname,
                (entry.devmajor, entry.devminor)
                if kind in ("char", "block") else None,
                sorted(attributes.items()),
                content(name, tar.extractfile(entry).read())
                if kind == "file" else None)
    return entries


def config(path):
    with open(path, encoding="utf-8") as file:
        image = json.load(file)[0]
    told = {key: image.get(key) or "" for key in ("Architecture", "Os")}
    for key, value in (image["Config"] or {}).items():
        # The rest is of a container, or of the engine.
        if key in ("Env", "Entrypoint", "Cmd", "WorkingDir", "User",
                   "ExposedPorts", "Labels", "Volumes", "StopSignal",
                   "Healthcheck", "OnBuild"):
            told[key] = value or None
    # buildah and podman say who they are.
    labels = told.get("Labels") or {}
    labels.pop("io.buildah.version", None)
    told["Labels"] = labels or None
    return {key: value for key, value in told.items() if value}


def main():
    trees = tree(sys.argv[1]), tree(sys.argv[3])
    configs = config(sys.argv[2]), config(sys.argv[4])
    patterns = [pattern for pattern, _ in EXCEPTIONS] + sys.argv[5:]
    bad = 0
    for name in sorted(set(trees[0]) | set(trees[1])):
        a, b = trees[0].get(name), trees[1].get(name)
        if a == b or any(re.fullmatch(p, name) for p in patterns):
            continue
        print("/%s: <%s> and <%s>" % ((name,) + around_difference(a, b)))
        bad += 1
    for key in sorted(set(configs[0]) | set(configs[1])):
        a, b = configs[0].get(key), configs[1].get(key)
        if a != b:
            print("%s: %s and %s" % (key, a, b))
            bad += 1
    if len(trees[0]) < 1000:
        sys.exit("there are only %d files" % len(trees[0]))
    print("%d files, %d differences" % (len(trees[0]), bad))
    sys.exit(bad > 0)


main()
