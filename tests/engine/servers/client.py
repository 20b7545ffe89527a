"""What the ask.py of tests/engine/models are written with.

Runs inside a container, in front of an ask.py: asks the server there, and ends
with a message when an answer is not what it should be. `done STEP` lines are for
the matrix.
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request


def fetch(path, data=None):
    """The status and the body of an answer."""
    url = "http://127.0.0.1:%s%s" % (os.environ.get("PORT", "5000"), path)
    request = urllib.request.Request(
        url, None if data is None else json.dumps(data).encode(),
        {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def done(step, *words):
    print("done", step, *words, flush=True)


def same(what, expected, got):
    if expected != got:
        sys.exit("%s: expected %r, got %r" % (what, expected, got))


def health():
    return json.loads(fetch("/health-check")[1])["status"]


def wait_for(wanted, seconds=120):
    state = "no answer"
    for _ in range(seconds * 10):
        try:
            state = health()
        except OSError:
            pass
        if state in (wanted, "SETUP_FAILED"):
            break
        time.sleep(0.1)
    same("health", wanted, state)


def ask(path, values):
    """The output. Source: model-server.md, a slot may be free a moment late."""
    for _ in range(50):
        status, body = fetch(path, {"input": values})
        if status != 409:
            break
        time.sleep(0.1)
    same("%s of %s" % (body, path), 200, status)
    answer = json.loads(body)
    same("%s of %s" % (body, path), "succeeded", answer["status"])
    return answer["output"]


def predict(**values):
    return ask("/predictions", values)


def train(**values):
    return ask("/trainings", values)


def refused(what, field, path="/predictions", **values):
    """422, with the name of the field."""
    status, body = fetch(path, {"input": values})
    same("%s: %s" % (what, body), 422, status)
    if field not in body:
        sys.exit("%s: %s does not name %s" % (what, body, field))


