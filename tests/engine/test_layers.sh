# Layers: what an edit makes again and pushes, and what does not depend on it.

# model DIR: the example, with weights: a directory of 12 MB and a file.
model() {
  example "$1"
  mkdir -p "$1/models/deep"
  head -c 12000000 /dev/urandom >"$1/models/deep/model.bin"
  echo '{}' >"$1/models/deep/config.json"
  head -c 11000000 /dev/urandom >"$1/top [1].onnx"
}

# layers IMAGE: the digests of its layers, lowest first.
layers() {
  docker inspect --format '{{range .RootFS.Layers}}{{println .}}{{end}}' "$1"
}

weights_are_apart() {
  model context
  build -f context/cog.yaml -t layers-first context
  shows "copy weights models/deep (12 MB)" "copy weights top [1].onnx (11 MB)"
  answers layers-first cog.yaml predict.py words.py models/deep/model.bin \
    models/deep/config.json "top [1].onnx"
  in_image layers-first cat models/deep/model.bin "top [1].onnx" >got
  cat context/models/deep/model.bin "context/top [1].onnx" | cmp - got

  registry_start
  push layers-first
  [ "$PUSHED" -gt 23000000 ] || fail "the registry got $PUSHED bytes"
  echo '# edited' >>context/predict.py
  build -f context/cog.yaml -t layers-source context
  push layers-source
  [ "$PUSHED" -lt 1000000 ] || fail "an edit of predict.py pushed $PUSHED bytes"
  in_image layers-source grep -qx '# edited' predict.py

  echo '{"a": 1}' >context/models/deep/config.json
  build -f context/cog.yaml -t layers-weights context
  push layers-weights
  [ "$PUSHED" -gt 12000000 ] && [ "$PUSHED" -lt 13000000 ] ||
    fail "an edit of one of the weights pushed $PUSHED bytes"
}
it "an edit of predict.py pushes less than 1 MB, weights stay" weights_are_apart

weights_are_the_same_everywhere() {
  model context
  build -f context/cog.yaml -t layers-here context
  # Elsewhere: a checkout with other times, and nothing in the cache.
  touch -d 2001-02-03 context/models/deep/* context/top* context/models
  build --no-cache -f context/cog.yaml -t layers-there context
  layers layers-here | sort >here
  layers layers-there | sort >there
  local got
  got=$(comm -12 here there | wc -l)
  # Those of the base image, and the weights.
  [ "$got" -ge "$(($(layers python:3.11-slim | grep -c .) + 2))" ] ||
    fail "only $got layers are the same: $(diff here there)"
}
it "the same weights are the same layer on every machine" \
  weights_are_the_same_everywhere

weights_as_told() {
  model context
  build -f context/cog.yaml -t layers-off --build-arg COG_WEIGHTS=off context
  shows_not "copy weights"
  build -f context/cog.yaml -t layers-told \
    --build-arg "COG_WEIGHTS=words.py *.onx" context
  shows "copy weights words.py" "copy the source"
  shows_not "copy weights models"
  [ "$ENGINE" = 20.10 ] || shows 'no file of the context matches "*.onx"'
  answers layers-told cog.yaml predict.py words.py models/deep/model.bin \
    models/deep/config.json "top [1].onnx"
}
it "COG_WEIGHTS names the weights, or turns them off" weights_as_told

weights_in_other_contexts() {
  model context
  tar -C context -czf "$WWW/weights.tar.gz" .
  build -f cog.yaml -t layers-tar "$SERVER/files/weights.tar.gz"
  shows "copy weights models/deep (12 MB)" "copy weights top [1].onnx (11 MB)"
  git_repository weights context
  build -f cog.yaml -t layers-git "$SERVER/git/weights.git#main"
  shows "copy weights models/deep (12 MB)" "copy weights top [1].onnx (11 MB)"
  local image
  for image in layers-tar layers-git; do
    answers "$image" cog.yaml predict.py words.py models/deep/model.bin \
      models/deep/config.json "top [1].onnx"
    in_image "$image" cat "top [1].onnx" | cmp - "context/top [1].onnx"
  done
}
it "weights in an archive behind http, and in a git repository" \
  weights_in_other_contexts

weights_of_a_named_context() {
  [ "$ENGINE" != 20.10 ] || skip "its client has no --build-context"
  model context
  mkdir elsewhere
  echo moo >elsewhere/cow
  build -f context/cog.yaml -t layers-named --build-context weights=elsewhere \
    context
  in_image layers-named cat weights/cow models/deep/config.json >got
  same "files" "moo {}" "$(tr '\n' ' ' <got | sed 's/ $//')"
  build -f context/cog.yaml -t layers-named --build-context weights=elsewhere \
    --build-arg COG_WEIGHTS_PATH=/root/.cache/cows context
  same "a file elsewhere" moo "$(in_image layers-named cat /root/.cache/cows/cow)"
  same "the mode of /root" 700 "$(in_image layers-named stat -c %a /root)"
  # Files of the context win, and the user hears of it.
  build -f context/cog.yaml -t layers-named --build-context weights=elsewhere \
    --build-arg COG_WEIGHTS_PATH=models context
  shows 'the context too has "models"'
  build -f context/cog.yaml -t layers-image \
    --build-context weights=docker-image://layers-named context
  same "weights of an image" 'moo' "$(in_image layers-image cat weights/src/models/cow)"
}
it "weights of a named context, of every kind" weights_of_a_named_context

# ---- the image after all layers ----------------------------------------------

image_is_in_order() {
  model context
  build -f context/cog.yaml -t layers-order context
  docker run --rm --network=host layers-order sh -ec '
    test -z "$(dpkg --audit)"
    apt-get check
    ldconfig -p | sort >before && ldconfig && ldconfig -p | sort >after
    cmp before after
    apt-get update -qq
    apt-get install -qqy --no-install-recommends bc
    test "$(echo 6*7 | bc)" = 42
    apt-get purge -qqy bc figlet
    ! command -v bc && ! command -v figlet
    test -z "$(dpkg --audit)"
    pip check
    pip install --quiet --index-url '"$SERVER"'/simple cowsay==6.0
    pip uninstall --yes --quiet cowsay
    ! command -v cowsay'
  docker run --rm --interactive --network=none layers-order python - <<'EOF'
import importlib
import importlib.metadata
import shutil
import subprocess
import sys

seen = 0
for package in importlib.metadata.distributions():
    for file in package.files:
        if not file.locate().exists() and file.suffix != ".pyc":
            sys.exit("%s lacks %s" % (package.name, file))
    for name in (package.read_text("top_level.txt") or "").split() or {
            file.parts[0] for file in package.files
            if len(file.parts) == 2 and file.name == "__init__.py"}:
        importlib.import_module(name)
        seen += 1
    for script in package.entry_points.select(group="console_scripts"):
        if package.name == "pip":
            continue  # it names its scripts after the Python that packed it
        if not shutil.which(script.name):
            sys.exit("%s is not on PATH" % script.name)
        subprocess.run([script.name, "--help"], check=True,
                       stdout=subprocess.DEVNULL)
        seen += 1
print(seen, "modules and scripts")
sys.exit(seen < 5)
EOF
}
it "dpkg's database, ldconfig's cache and site-packages are in order" \
  image_is_in_order

# list_tree IMAGE: what is in it, a line each: kind, mode, owner, name, content
# or target. Left out is what differs between any two builds: logs, the cache of
# ldconfig, which has times in it, and the bytes of bytecode, which has those of
# its sources; and /root/.cache, where BuildKit 0.8 leaves the empty directories
# that caches were mounted on.
list_tree() {
  docker run --rm --interactive --network=none --entrypoint python "$1" - <<'EOF'
import hashlib
import os
import re
import stat

SKIP = re.compile(r"/(dev|proc|run|sys|\.dockerenv|var/log|root/\.cache"
                  r"|etc/(hostname|hosts|resolv\.conf)"
                  r"|var/cache/ldconfig/aux-cache)(/|$)")


def content(path):
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


for top, dirs, files in os.walk("/"):
    dirs.sort()
    for name in sorted(dirs + files):
        path = os.path.join(top, name)
        if SKIP.match(path):
            continue
        s = os.lstat(path)
        what = ""
        if stat.S_ISLNK(s.st_mode):
            what = os.readlink(path)
        elif stat.S_ISREG(s.st_mode) and not path.endswith(".pyc"):
            what = content(path)
        print(stat.filemode(s.st_mode), s.st_uid, s.st_gid, path, what)
EOF
}

# same_tree NAME IMAGE: compares with the tree that an engine before this one
# made under NAME.
same_tree() {
  local other
  list_tree "$2" >"$RUN_DIR/tree.$1.$ENGINE"
  [ "$(wc -l <"$RUN_DIR/tree.$1.$ENGINE")" -gt 1000 ] || fail "no tree of $2"
  for other in "$RUN_DIR/tree.$1".*; do
    diff "$other" "$RUN_DIR/tree.$1.$ENGINE" ||
      fail "${other##*.} and $ENGINE do not make the same tree"
  done
}

trees_are_the_same() {
  model context
  # The same files on every engine.
  head -c 12000000 /dev/zero >context/models/deep/model.bin
  head -c 11000000 /dev/zero >"context/top [1].onnx"
  touch -d 2020-01-01 context/*
  build -f context/cog.yaml -t layers-tree --no-cache context
  same_tree cpu layers-tree
  # Another interpreter's layer below.
  uv_double
  printf 'FROM ubuntu:22.04\nENV FLAVOUR=base\n' |
    docker build -t nvidia/cuda:12.1.1-base-ubuntu22.04 -
  sed -i 's/^build:/&\n  gpu: true\n  cuda: "12.1"/; s/- figlet/&\n    - libsqlite3-0\n    - libffi8/; /^  run:/,/built-with/d' context/cog.yaml
  build -f context/cog.yaml -t layers-tree --no-cache \
    --build-arg COG_PYTHON=uv --build-arg COG_UV=uv:double \
    --build-arg COG_DEPS_IMAGE=python:3.11 \
    --build-arg COG_CUDA_FLAVOR=base context
  same_tree gpu layers-tree
}
it "merged layers and copies are the same tree" trees_are_the_same
