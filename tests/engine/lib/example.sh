# The project's own example in a test: a copy of it, its image in use, and the
# projects of the corpus that may lie beside the checkout.

EXAMPLE=$PROJECT/testdata/examples/hello
CORPUS=$PROJECT/../shared/corpus/cases
CORPUS_FACTS=$PROJECT/../shared/expected/facts.jsonl

# example DIR: a copy of the example for a way in to change.
example() {
  mkdir -p "$1"
  cp "$EXAMPLE"/* "$1"
}

# answers IMAGE FILE...: starts the model's server and looks at the container
# from inside; FILEs and the schema are what has to be in /src, and nothing else.
answers() {
  local container image=$1
  shift
  container=$(docker run --detach --network=none "$image")
  docker exec --interactive "$container" python - "$@" <<'EOF' ||
import json
import os
import subprocess
import sys
import time
import urllib.request

import cowsay


def same(what, expected, got):
    if expected != got:
        sys.exit("%s: expected %r, got %r" % (what, expected, got))


def ask(path, data=None):
    return json.load(urllib.request.urlopen(
        "http://127.0.0.1:5000" + path, data, timeout=5))


for attempt in range(100):
    try:
        same("health", {"status": "READY"}, ask("/health-check"))
        break
    except OSError:
        time.sleep(0.1)

greeting = 'Good day, "dear" friend of $5 & more'
answer = ask("/predictions", b'{"input": {"name": "wilma"}}')
same("status", "succeeded", answer["status"])
same("greeting", True, "< %s Wilma >" % greeting in answer["output"])
same("banner", True, "|_| |_|\\___|_|_|\\___/" in answer["output"])

same("process 1", "tini\n", open("/proc/1/comm").read())
same("directory", "/src", os.getcwd())
same("GREETING", greeting, os.environ["GREETING"])
same("PYTHONUNBUFFERED", "1", os.environ["PYTHONUNBUFFERED"])
same("console script", cowsay.get_output_string("cow", "moo") + "\n",
     subprocess.check_output(["cowsay", "-t", "moo"], text=True))
same("script", "#!/usr/bin/env python\n",
     open(sys.prefix + "/bin/cowthink").readline())
same("data file", True, os.path.exists(sys.prefix + "/share/cowsay/cow.txt"))
same("run item", True,
     "< built with Python 3.11." in open("/built-with").read())
files = sorted(os.path.relpath(os.path.join(root, file), "/src")
               for root, _, files in os.walk("/src") for file in files
               if not file.endswith(".pyc"))
same("files", sorted([".cog/openapi_schema.json"] + sys.argv[1:]), files)
EOF
    {
      docker logs "$container"
      fail "$image does not answer as it should"
    }
  docker rm --force "$container"
}

# config_is_right IMAGE: what the image says to run, and in which place.
config_is_right() {
  docker inspect --format '{{json .Config}}' "$1" >config.json
  "$COGFE_PYTHON" - <<'EOF'
import json
config = json.load(open("config.json"))
assert config["Entrypoint"] == ["/sbin/tini", "--"], config["Entrypoint"]
assert config["Cmd"] == ["python", "-m", "cog.server.http"], config["Cmd"]
assert config["WorkingDir"] == "/src", config["WorkingDir"]
assert list(config["ExposedPorts"]) == ["5000/tcp"], config["ExposedPorts"]
env = dict(e.split("=", 1) for e in config["Env"])
assert env["GREETING"] == 'Good day, "dear" friend of $5 & more', env
assert env["PATH"].startswith("/usr/local/bin:"), env
assert env["LANG"] == "C.UTF-8", env
assert "PIP_INDEX_URL" not in env, env
EOF
}

# stand_in NAME: the source of a class, or of a function, that a pointer names.
stand_in() {
  case $1 in
  [A-Z]*) printf 'class %s:\n    def predict(self, text: str) -> str:\n        return text\n' "$1" ;;
  *) printf 'def %s(text: str) -> str:\n    return text\n' "$1" ;;
  esac
}

# corpus_case CASE DIR: a copy of a project of the corpus, with what its
# pointers name; INDEX is an index that has whatever it asks for.
corpus_case() {
  [ -d "$CORPUS" ] || skip "there is no ../shared/corpus beside the checkout"
  cp -r "$CORPUS/$1" "$2"
  local file name
  while read -r file name; do
    stand_in "$name" >>"$2/$file"
  done < <(sed -n 's/^ *\(predict\|train\|run\): *["'\'']\?\([^:]*\.py\):\([A-Za-z0-9_]*\).*/\2 \3/p' \
    "$2/cog.yaml")
  mkdir -p "$SETS/$1"
  cp -r "$2/." "$SETS/$1"
  INDEX=$SERVER/any/$1/simple
}

# corpus_stand_ins PYTHON: STAND_INS are the words by which a build finds, under
# the name of this Python's images, those that there are, and torch's wheels.
corpus_stand_ins() {
  STAND_INS=(--add-host "download.pytorch.org:$PYTORCH"
    --build-arg PIP_TRUSTED_HOST=download.pytorch.org)
  if on_engine 20.10; then
    docker tag python:3.11 "python:$1"
    docker tag python:3.11-slim "python:$1-slim"
  else
    STAND_INS+=(
      --build-context "python:$1=docker-image://python:3.11"
      --build-context "python:$1-slim=docker-image://python:3.11-slim")
  fi
}

# corpus_facts CASE: what Cog makes of a project, as JSON; of the releases that
# build it the older one, whose lines are nearer to the file.
corpus_facts() {
  "$COGFE_PYTHON" - "$CORPUS_FACTS" "$1" <<'EOF'
import json
import sys
for row in map(json.loads, open(sys.argv[1], encoding="utf-8")):
    if row["case"] == sys.argv[2]:
        print(json.dumps(next(fact for fact in (row["cog_0_9_20"],
                                                row["cog_0_22_0"])
                              if fact["ok"])))
EOF
}

# health_is WANTED CONTAINER: what docker shows, after at most a minute.
health_is() {
  local i got
  for ((i = 0; i < 240; i++)); do
    got=$(docker inspect --format '{{.State.Health.Status}}' "$2")
    [ "$got" != "$1" ] || return 0
    sleep 0.25
  done
  docker inspect --format '{{json .State.Health}}' "$2"
  fail "health: expected $1, got $got"
}
