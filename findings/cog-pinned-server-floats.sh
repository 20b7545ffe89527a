#!/bin/bash
# A pinned cog is no pinned server, and a rebuild of the same pin stops working.
#
# cog 0.17 moved its server into the package coglet, and requires `coglet>=` its
# own release and below 1.0. `pip install cog==0.18.0` of today takes coglet
# 0.23.1, with which the server comes up, answers its health check with HTTP 200,
# and stays at SETUP_FAILED: the newer server asks the cog package for a class
# that 0.18 does not have. With coglet==0.18.0 beside it the same model is READY.
# One would expect two packages that only work in pairs to require each other by
# an upper bound, or the process to end when its setup has failed.
set -euo pipefail
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$work"' EXIT
cd "$work"
cat >cog.yaml <<'END'
build:
  python_version: "3.11"
predict: "predict.py:Predictor"
END
cat >predict.py <<'END'
from cog import BasePredictor


class Predictor(BasePredictor):
    def predict(self, name: str) -> str:
        return "hello " + name
END

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# status_with REQUIREMENT...: what the health check says in the end.
status_with() {
  local port status=STARTING
  rm -rf venv
  python3 -m venv venv
  venv/bin/pip install --quiet --disable-pip-version-check "$@"
  port=$(free_port)
  PATH=$work/venv/bin:$PATH PORT=$port COG_PREDICT_TYPE_STUB=predict.py:Predictor \
    venv/bin/python -m cog.server.http --host 127.0.0.1 >log 2>&1 &
  server=$!
  for _ in $(seq 60); do
    sleep 0.5
    status=$(python3 - "$port" <<'END' || true
import json, sys, urllib.request
answer = urllib.request.urlopen("http://127.0.0.1:%s/health-check" % sys.argv[1], timeout=2)
print(answer.status, json.load(answer)["status"])
END
    ) 2>/dev/null
    case $status in *READY | *FAILED) break ;; esac
  done
  kill "$server"
  wait "$server" 2>/dev/null || true
  server=
  release=$(venv/bin/pip show coglet 2>/dev/null | sed -n 's/^Version: //p')
  echo "coglet $release was taken" >>releases
  [ "$release" = 0.18.0 ] || release=newer
  echo "$*: coglet $release, HTTP $status"
}

{
  status_with cog==0.18.0
  status_with cog==0.18.0 coglet==0.18.0
} 2>/dev/null | tee seen
cat releases
diff seen - <<'END'
cog==0.18.0: coglet newer, HTTP 200 SETUP_FAILED
cog==0.18.0 coglet==0.18.0: coglet 0.18.0, HTTP 200 READY
END
