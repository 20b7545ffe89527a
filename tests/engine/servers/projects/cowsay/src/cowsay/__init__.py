"""A stand-in for the project of this name: the calls that the tests use."""

import os
import sysconfig


def get_output_string(char, text):
    """TEXT in the mouth of CHAR, which is a file below the prefix."""
    path = os.path.join(sysconfig.get_path("data"), "share", "cowsay",
                        char + ".txt")
    with open(path, encoding="ascii") as picture:
        return "< %s >\n%s" % (text, picture.read())
