"""A model that is a function."""


def predict(count: int, name: str = "ann") -> str:
    return "%s %d" % (name, count)
