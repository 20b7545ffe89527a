# Makes scripts start the interpreter that is first on the image's PATH.
#
#   python plan_relink.py BIN [BIN-AS-IT-WAS]
#
# BIN need not exist, when nothing was installed.
import os, sys


def was_there(e):
    try:
        old = os.stat(os.path.join(sys.argv[2], e.name))
    except (IndexError, OSError):
        return False
    return old.st_mtime_ns == e.stat().st_mtime_ns


os.makedirs(sys.argv[1], exist_ok=True)
for e in os.scandir(sys.argv[1]):
    if not e.is_file(follow_symlinks=False) or was_there(e):
        continue
    with open(e.path, "rb") as f:
        line, _, rest = f.read().partition(b"\n")
    words = line[2:].split(None, 1)
    if line[:2] != b"#!" or not words or b"python" not in words[0]:
        continue
    options = b"-S python " + words[1] if words[1:] else b"python"
    with open(e.path, "r+b") as f:
        f.write(b"#!/usr/bin/env " + options + b"\n" + rest)
        f.truncate()
