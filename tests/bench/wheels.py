"""Wheels of a realistic size, made without a network.

usage: wheels.py DIR

Writes one large wheel as torch's is (a few shared objects of many megabytes,
thousands of modules), eight of the size of scipy and pandas, twenty small ones,
and a cog. Prints their requirements, a line each, and how much they are. The
same content every time.
"""

import base64
import hashlib
import os
import random
import sys
import zipfile

# name, modules, shared objects, bytes of one shared object
PROJECTS = (
    [("bench-torch", 2000, 6, 24_000_000)]
    + [("bench-medium-%d" % i, 250, 4, 2_500_000) for i in range(8)]
    + [("bench-small-%d" % i, 25, 0, 0) for i in range(20)]
    + [("bench-more", 40, 1, 1_000_000)]  # what an edit adds
)

MODULE = '''"""Module %(number)d of %(package)s."""

import os


class Thing%(number)d:
    """Does thing %(number)d."""

    def __init__(self, value=%(number)d, *, name="thing"):
        self.value = value
        self.name = name

    def path(self, root="/"):
        return os.path.join(root, self.name, str(self.value))


%(functions)s
'''
FUNCTION = '''def function_%d(a, b=None, *args, **kwargs):
    if b is None:
        b = {"a": a, "args": args}
    return [x for x in (a, b, kwargs) if x]

'''


def module(package, number):
    functions = "\n".join(FUNCTION % i for i in range(12))
    return (MODULE % {"package": package, "number": number,
                      "functions": functions}).encode()


def shared_object(source, size):
    """Compresses to about a third, as machine code does."""
    parts = [source.randbytes(8 * 1024) * 3
             for _ in range(size // (24 * 1024) + 1)]
    return b"".join(parts)[:size]


def files(name, modules, objects, size):
    package = name.replace("-", "_")
    source = random.Random(name)
    for i in range(modules):
        yield "%s/part_%d/module_%d.py" % (package, i % 40, i), \
            module(package, i)
    for i in range(objects):
        yield "%s/lib%d.so" % (package, i), shared_object(source, size)
    yield package + "/__init__.py", b"__version__ = '1.0.0'\n"


def write_wheel(folder, name, content, version="1.0.0"):
    stem = "%s-%s" % (name.replace("-", "_"), version)
    info = stem + ".dist-info/"
    content = dict(content)
    content[info + "METADATA"] = (
        "Metadata-Version: 2.1\nName: %s\nVersion: %s\n"
        % (name, version)).encode()
    content[info + "WHEEL"] = (b"Wheel-Version: 1.0\nGenerator: bench\n"
                               b"Root-Is-Purelib: true\nTag: py3-none-any\n")
    record = "".join(
        "%s,sha256=%s,%d\n" % (
            path, base64.urlsafe_b64encode(hashlib.sha256(data).digest())
            .decode().rstrip("="), len(data))
        for path, data in content.items())
    content[info + "RECORD"] = (record + info + "RECORD,,\n").encode()
    path = os.path.join(folder, stem + "-py3-none-any.whl")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED,
                         compresslevel=1) as wheel:
        for name_inside, data in content.items():
            wheel.writestr(zipfile.ZipInfo(name_inside), data,
                           zipfile.ZIP_DEFLATED, 1)
    return len(content), sum(map(len, content.values()))


def main():
    folder = sys.argv[1]
    count = size = 0
    for name, *shape in PROJECTS:
        n, total = write_wheel(folder, name, files(name, *shape))
        if name != "bench-more":
            count, size = count + n, size + total
            print(name + "==1.0.0")
    for name, version in (("cog", "0.9.20"), ("cog", "0.22.0"),
                          ("cog", "0.23.1"), ("coglet", "0.23.1"),
                          ("wheel", "0.45.1")):
        write_wheel(folder, name, {name + "/__init__.py": b""}, version)
    print("%d files, %d MB" % (count, size // 1_000_000), file=sys.stderr)


main()
