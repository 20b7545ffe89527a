"""Loads schemas into the real server; see serve.sh.

usage: serve.py PROGRAM DIRECTORY [NAME...]
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

CASES = "../shared/schema/cases"
EXAMPLES = "testdata/examples"
WAIT = 30  # seconds until a server that says nothing counts as stuck


def projects():
    """(name, directory, mode, pointers) of each project."""
    found = []
    if os.path.isdir(CASES):
        for name in sorted(os.listdir(CASES)):
            path = os.path.join(CASES, name)
            if os.path.isdir(path):
                with open(path + "/mode") as mode, open(path + "/ref") as ref:
                    found.append((name, path, mode.read().strip(),
                                  ref.read().strip().split(",")))
    else:
        print("no " + CASES + " beside the checkout: only the examples")
    for name in sorted(os.listdir(EXAMPLES)):
        found.append(("example " + name, os.path.join(EXAMPLES, name),
                      "predict", ["predict.py:Predictor"]))
    return found


def make_schema(program, directory, mode, pointers):
    """The schema's text, or None where there is none to be made."""
    keys = ["predict", "train"] if mode == "combined" else [mode]
    config = os.path.join(directory, "schema-test.yaml")
    with open(config, "w") as out:
        out.write('build: {python_version: "3.12"}\n')
        for key, pointer in zip(keys, pointers):
            out.write("%s: %s\n" % (key, json.dumps(pointer)))
    run = subprocess.run([program, "schema", "-f", "schema-test.yaml",
                          directory], stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL)
    return run.stdout.decode() if run.returncode == 0 else None


# ---- requests ----------------------------------------------------------------


def resolved(schema, part):
    """A property with the list of choices that it refers to."""
    for one in part.get("allOf", []):
        name = one["$ref"].rsplit("/", 1)[1]
        part = dict(part, **schema["components"]["schemas"][name])
    return part


def fitting(schema, part):
    """A value that the property takes."""
    part = resolved(schema, part)
    if part.get("default") is not None:
        return part["default"]
    if "enum" in part:
        return part["enum"][0]
    if "anyOf" in part:
        return fitting(schema, part["anyOf"][0])
    kind = part.get("type")
    if kind in ("integer", "number"):
        return part.get("minimum", part.get("maximum", 1))
    if kind == "boolean":
        return True
    if kind == "object":
        return {}
    if kind == "array":
        items = part["items"]
        if "$ref" in items:
            items = {"allOf": [items]}
        return [fitting(schema, items)]
    if part.get("format") == "uri":
        return "data:text/plain;base64,aGVsbG8="
    return "a" * max(1, part.get("minLength", 1))


def refused(schema, part):
    """A value that the property does not take."""
    kinds = [one.get("type") for one in part.get("anyOf", [])]
    kinds.append(resolved(schema, part).get("type"))
    return 1.5 if "object" in kinds else {"no": "such thing"}


def needed(schema, name):
    part = schema["components"]["schemas"][name]
    names = part.get("required", [])
    return {one: fitting(schema, part["properties"][one]) for one in names
            if "pattern" not in part["properties"][one]}, names


# ---- the server --------------------------------------------------------------


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    def __init__(self, directory, mode, pointers):
        env = dict(os.environ, PORT=str(free_port()), COG_LOG_LEVEL="warn",
                   PYTHONDONTWRITEBYTECODE="1",
                   PATH=os.path.dirname(sys.executable) + ":" +
                   os.environ["PATH"])
        env["COG_TRAIN_TYPE_STUB" if mode == "train" else
            "COG_PREDICT_TYPE_STUB"] = pointers[0]
        self.url = "http://127.0.0.1:" + env["PORT"]
        self.log = open(os.path.join(directory, "server.log"), "w+")
        argv = [sys.executable, "-m", "cog.server.http", "--host=127.0.0.1"]
        if mode == "train":
            argv.append("--x-mode=train")
        self.process = subprocess.Popen(argv, cwd=directory, env=env,
                                        stdout=self.log, stderr=self.log,
                                        start_new_session=True)

    def fetch(self, path, data=None):
        """(status, body) of a request."""
        body = None if data is None else json.dumps(data).encode()
        request = urllib.request.Request(
            self.url + path, body, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=WAIT) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as e:
            return e.code, json.loads(e.read() or b"null")

    def state(self):
        """READY, SETUP_FAILED, or why it says neither."""
        end = time.monotonic() + WAIT
        while time.monotonic() < end and self.process.poll() is None:
            try:
                state = self.fetch("/health-check")[1]["status"]
            except (OSError, ValueError):
                state = "STARTING"
            if state != "STARTING":
                return state
            time.sleep(0.1)
        return "ended" if self.process.poll() is not None else "stuck"

    def ask(self, path, data):
        for _ in range(50):  # it may be busy right after an answer
            status, body = self.fetch(path, {"input": data})
            if status != 409:
                break
            time.sleep(0.1)
        return status, body

    def stop(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        self.log.seek(0)
        text = self.log.read()
        self.log.close()
        return text


def stand_in(directory, pointers, schema, name):
    """In the place of a model that cannot run here: the same inputs."""
    names = schema["components"]["schemas"][name]["properties"]
    file, target = pointers[0].split(":", 1)
    params = ", ".join(one + "=None" for one in names)
    with open(os.path.join(directory, file), "w") as out:
        out.write("from typing import Any\n\n\ndef %s(%s) -> Any:\n"
                  "    return {}\n" % (target, params))


def check_requests(server, schema, mode):
    """What is wrong, or None."""
    name = "TrainingInput" if mode == "train" else "Input"
    path = "/trainings" if mode == "train" else "/predictions"
    properties = schema["components"]["schemas"][name]["properties"]
    status, shown = server.fetch("/openapi.json")
    if status != 200 or shown != schema:
        return "it shows another schema (%s)" % status
    good, required = needed(schema, name)
    if set(good) == set(required):
        status, body = server.ask(path, good)
        if status == 422:
            return "it refuses %s: %s" % (good, body)
    for one, part in properties.items():
        bad = dict(good, **{one: refused(schema, part)})
        status, body = server.ask(path, bad)
        if status != 422 or one not in json.dumps(body):
            return "it takes %s: %s %s" % (bad, status, body)
        break
    return None


def check(program, scratch, name, path, mode, pointers):
    """One word of what came of it, and more of it."""
    directory = os.path.join(scratch, "project")
    shutil.rmtree(directory, ignore_errors=True)
    shutil.copytree(path, directory)
    text = make_schema(program, directory, mode, pointers)
    if text is None:
        return "none", ""
    schema = json.loads(text)
    os.makedirs(os.path.join(directory, ".cog"))
    with open(os.path.join(directory, ".cog/openapi_schema.json"), "w") as out:
        out.write(text)
    what = "as it is"
    for _turn in range(2):
        server = Server(directory, mode, pointers)
        try:
            state = server.state()
            if state == "READY":
                wrong = check_requests(server, schema, mode)
        finally:
            log = server.stop()
        if state == "READY":
            break
        what = "with a stand-in"
        stand_in(directory, pointers, schema,
                 "TrainingInput" if mode == "train" else "Input")
    if state != "READY":
        return "WRONG", "the server is %s\n%s" % (state, log)
    if "validator" in log.lower() or "compile" in log.lower():
        return "WRONG", "the server says:\n" + log
    return ("WRONG", wrong) if wrong else ("ok", what)


def main():
    program, scratch, names = sys.argv[1], sys.argv[2], sys.argv[3:]
    counts = {"ok": 0, "none": 0, "WRONG": 0}
    for name, path, mode, pointers in projects():
        if names and name not in names:
            continue
        result, why = check(program, scratch, name, path, mode, pointers)
        counts[result] += 1
        if result != "none":
            print("%-5s %s: %s" % (result, name, why), flush=True)
    print("%(ok)d schemas served, %(WRONG)d wrong; %(none)d projects have none"
          % counts)
    return counts["WRONG"] > 0 or counts["ok"] == 0


if __name__ == "__main__":
    sys.exit(main())
