# What an edit runs again: the steps of a second build that no cache answered,
# for our image and for images of the shapes that Cog 0.9 and 0.22 make.

. "$ENGINE_TESTS/lib/shapes.sh"

edits_model() {
  MODEL_GPU= MODEL_APT=(figlet) MODEL_PIP=(cowsay==6.1)
  MODEL_RUN=("figlet hello >/banner") MODEL_ENV=("GREETING=good day")
  EDITS_ARGS=()
  rm -rf context && cp -r original context
}

edit_nothing() { :; }
edit_apt() { MODEL_APT+=(toilet); }
edit_pip() { MODEL_PIP+=(another==1.0); }
edit_run() { MODEL_RUN=("figlet goodbye >/banner"); }
edit_env() { MODEL_ENV=("GREETING=good night"); }
edit_source() { echo '# edited' >>context/predict.py; }
edit_weights() { echo more >>context/model.bin; }
edit_label() { EDITS_ARGS=(--label edited=yes); }

# edits_build SHAPE EDIT: builds the model as it is; `ran` has the steps that
# ran. Each has an image of its own, since one that loses its name takes layers
# along that a later one has.
edits_build() {
  local file=Dockerfile
  [ "$1" != ours ] || file=context/cog.yaml
  "shape_$1" >"$file"
  INDEX=$SERVER/any/edits/simple build -f "$file" -t "edits-$1-$2" \
    ${EDITS_ARGS[@]+"${EDITS_ARGS[@]}"} context
  edits_steps_run >ran
}

# edits_steps_run: the names of the steps in `out` that did something.
edits_steps_run() {
  awk '
    $1 !~ /^#[0-9]+$/ { next }
    $2 ~ /^\[/ && $2 != "[internal]" && !($1 in name) {
      line = $0
      sub(/^#[0-9]+ \[[^]]*\] /, "", line)
      if (line !~ /^FROM /) { name[$1] = line; order[n++] = $1 }
    }
    $2 == "DONE" { done[$1] = 1 }
    $2 == "CACHED" { cached[$1] = 1 }
    END {
      for (i = 0; i < n; i++)
        if (order[i] in done && !(order[i] in cached)) print name[order[i]]
    }' out
}

# edits_expect EDIT STEP...: ours ran just these steps again, in the order of
# the alphabet; how many the other shapes ran is written beside it.
edits_expect() {
  local edit=$1 shape wanted counts=()
  shift
  for shape in ours 0_9 0_22; do
    edits_model
    "edit_$edit"
    edits_build "$shape" "$edit"
    counts+=("$(wc -l <ran)")
    [ "$shape" != ours ] || cp ran ran-ours
  done
  wanted=$([ $# -eq 0 ] || printf '%s\n' "$@")
  same "steps after edit_$edit" "$wanted" "$(sort ran-ours)"
  printf '%-8s ours %s, Cog 0.9 %s, Cog 0.22 %s\n' "$edit" "${counts[@]}" |
    tee -a "$LOG_DIR/edits.txt"
}

edits_run_what_they_touch() {
  on_engine 26.1-containerd sid || skip "it merges no layers"
  local shape
  rm -f "$LOG_DIR/edits.txt"
  mkdir -p original "$SETS/edits"
  echo 'another==1.0 cowsay==6.1 cog==0.9.20' >"$SETS/edits/requirements.txt"
  printf 'def Predictor(text: str) -> str:\n    return text\n' >original/predict.py
  head -c 12000000 /dev/urandom >original/model.bin
  for shape in ours 0_9 0_22; do
    edits_model
    edits_build "$shape" none
  done
  # The user's files hold cog.yaml itself, which most of the edits are in.
  local files=("copy cog.yaml" "copy the source") over="merge weights-1, source"
  local schema="write the schema of the inputs"
  local commands="run: figlet hello >/banner"
  edits_expect nothing
  edits_expect apt "apt-get install 5 packages" "${files[@]}" \
    "merge packages" "$over" "$commands" "$schema"
  edits_expect pip "copy cog.yaml" "copy the source" \
    "let scripts start the image's python" "merge packages" "$over" \
    "pip install 2 packages, cog==0.23.1" "$commands" \
    "write /requirements.txt" "$schema"
  edits_expect run "${files[@]}" "$over" "run: figlet goodbye >/banner" \
    "$schema"
  edits_expect env "${files[@]}" "$over" "$commands" "$schema"
  edits_expect source "${files[@]}" "$over" "$schema"
  edits_expect weights "copy weights model.bin (12 MB)" "$over"
  edits_expect label
}
it "an edit runs again what it touches, and nothing else" \
  edits_run_what_they_touch
