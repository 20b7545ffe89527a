"""A stand-in for Cog's server: GET /health-check and POST /predictions.

It loads the class that `predict:` of ./cog.yaml names, and serves port 5000,
or the one that PORT names.
"""

import http.server
import importlib.util
import inspect
import json
import os
import re
import sys
import traceback

import cog


def load_predictor():
    with open("cog.yaml", encoding="utf-8") as file:
        match = re.search(r"^[\"']?(?:predict|run)[\"']?\s*:\s*[\"']?"
                          r"([^\s\"'#:]+):(\w+)", file.read(), re.MULTILINE)
    sys.path.insert(0, os.getcwd())
    spec = importlib.util.spec_from_file_location("predict", match[1])
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    predictor = getattr(module, match[2])()
    predictor.setup()
    return predictor


def predict(predictor, given):
    inputs = {}
    for name, parameter in inspect.signature(
            predictor.predict).parameters.items():
        default = getattr(parameter.default, "default", parameter.default)
        inputs[name] = given.get(name, default)
        if inputs[name] in (..., inspect.Parameter.empty):
            raise ValueError("no value for input " + name)
    output = predictor.predict(**inputs)
    return str(output) if isinstance(output, cog.Path) else output


class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path == "/health-check":
            self.answer(200, {"status": "READY"})
        else:
            self.answer(404, {"detail": "Not Found"})

    def do_POST(self):
        if self.path != "/predictions":
            self.answer(404, {"detail": "Not Found"})
            return
        try:
            request = json.loads(self.rfile.read(
                int(self.headers["Content-Length"])))
            self.answer(200, {
                "status": "succeeded",
                "output": predict(self.server.predictor,
                                  request.get("input", {}))})
        except Exception as error:
            traceback.print_exc()
            self.answer(500, {"status": "failed", "error": str(error)})


def main():
    port = int(os.environ.get("PORT", "5000"))
    server = http.server.ThreadingHTTPServer(("0.0.0.0", port), Handler)
    server.predictor = load_predictor()
    server.serve_forever()


if __name__ == "__main__":
    main()
