# What goes wrong: each an error that says where and what to do, and no hang.

# config: standard input as the cog.yaml of ./context, which is made.
config() {
  mkdir -p context
  { echo "# syntax=$FRONTEND" && cat; } >context/cog.yaml
}

# left_to_us: a Dockerfile that says only who builds, so that the engine reads
# none of what is tested.
left_to_us() {
  mkdir -p context
  echo "# syntax=$FRONTEND" >context/Dockerfile
}

# refuses TEXT... -- ARG...: the build ends soon, with each TEXT in its output
# and before any step has run.
refuses() {
  local texts=()
  while [ "$1" != -- ]; do
    texts+=("$1")
    shift
  done
  shift
  BUILD_TIMEOUT=60 build_fails "$@"
  shows "${texts[@]}"
  shows_not "apt-get install" "pip install"
}

# excerpt LINE: the lines around LINE, where the client shows them.
excerpt() {
  on_engine 20.10 || shows ">>> $1"
}

# --- a step that fails -------------------------------------------------------

run_item_fails() {
  config <<'EOF'
build:
  python_version: "3.11"
  run:
    - echo this one works
    - echo "this one does not" && exit 7
EOF
  build_fails -f context/cog.yaml --build-arg COG_SDK=off context
  shows 'run: echo "this one does not"' "exit code: 7"
  excerpt '    - echo "this one does not" && exit 7'
  if on_engine 20.10; then
    shows cog.yaml:6
  else
    shows "cog.yaml:6"
  fi
}
it "failures: a run item shows its line of cog.yaml" run_item_fails

package_is_missing() {
  config <<'EOF'
build:
  python_version: "3.11"
  python_packages:
    - cowsay==4711
EOF
  build_fails -f context/cog.yaml context
  shows "No matching distribution found for cowsay==4711" cog.yaml:4
  excerpt "  python_packages:"
}
it "failures: a Python package that does not exist" package_is_missing

# --- cog.yaml ----------------------------------------------------------------

nowhere() {
  left_to_us
  refuses "there is no cog.yaml in the build context" -- context
  tar -C context -cf "$WWW/nowhere.tar" .
  refuses "there is no cog.yaml in the archive" -- \
    "$SERVER/files/nowhere.tar"
  git_repository nowhere context
  refuses "there is no cog.yaml in the git repository" -- \
    "$SERVER/git/nowhere.git#main"
}
it "failures: no cog.yaml, with the place where it was looked for" nowhere

# mistake TEXT LINE: the config on standard input is refused with TEXT, and
# LINE is shown.
mistake() {
  config
  refuses "$1" -- -f context/cog.yaml context
  [ -z "${2:-}" ] || excerpt "$2"
}

mistakes() {
  mistake 'cog.yaml:3:19: ' '  python_version: "3.11' <<'EOF'
build:
  python_version: "3.11
EOF
  mistake 'cog.yaml:2:1: ' '- build' <<'EOF'
- build
- run
EOF
  mistake 'cog.yaml:3:19: "three"' '  python_version: three' <<'EOF'
build:
  python_version: three
EOF
  mistake 'cog.yaml:4:10: ' '    gpu: [1, 2]' <<'EOF'
build:
    python_version: "3.11"
    gpu: [1, 2]
EOF
  mistake 'cog.yaml:3:19: ' '  python_version: "3.99"' <<'EOF'
build:
  python_version: "3.99"
EOF
  mistake 'cog.yaml:5:9: ' '  cuda: "99.1"' <<'EOF'
build:
  python_version: "3.11"
  gpu: true
  cuda: "99.1"
EOF
}
it "failures: mistakes in cog.yaml" mistakes

all_at_once() {
  config <<'EOF'
build:
  python_version: three
  system_packages: [ffmpeg, No_Such]
  cuda: often
EOF
  refuses cog.yaml:3:19: cog.yaml:4:29: cog.yaml:5:9: -- \
    -f context/cog.yaml context
}
it "failures: every mistake of a file at once" all_at_once

empty() {
  left_to_us
  : >context/cog.yaml
  refuses 'cog.yaml' -- context
}
it "failures: an empty file" empty

# --- files that are none, or too large ---------------------------------------

no_files() {
  left_to_us
  mkfifo context/cog.yaml
  refuses '"cog.yaml" is a FIFO' -- context
  rm context/cog.yaml
  mkdir context/cog.yaml
  refuses '"cog.yaml" is a directory' -- context
  rmdir context/cog.yaml
  printf 'build:\n  python_version: "3.11"\n  python_requirements: r.txt\n' \
    >context/cog.yaml
  refuses "cog.yaml:3:24: " r.txt -- context
  mkfifo context/r.txt
  refuses 'cog.yaml:3:24: "r.txt" is a FIFO' -- context
  rm context/r.txt
  mkdir context/r.txt
  refuses 'cog.yaml:3:24: "r.txt" is a directory' -- context
}
it "failures: a FIFO or a directory in the place of a file" no_files

over_the_limit() {
  left_to_us
  printf 'build:\n  python_version: "3.11"\n  python_requirements: r.txt\n' \
    >context/cog.yaml
  printf '%3000000s' '' >context/r.txt
  refuses "r.txt" "the limit is 2097152" -- context
  printf '%1100000s' '' >>context/cog.yaml
  refuses "cog.yaml" "the limit is 1048576" -- context
}
it "failures: files over the limit" over_the_limit

# --- archives ----------------------------------------------------------------

archives() {
  example context
  local form
  for form in tar tar.gz; do
    tar -C context -c --auto-compress -f "whole.$form" cog.yaml predict.py
  done
  # The engine, which unpacks it to find out who builds, may see it first.
  head -c 2000 whole.tar >"$WWW/cut.tar"
  refuses -- -f cog.yaml "$SERVER/files/cut.tar"
  grep -E "cut short|unexpected EOF" out
  head -c -30 whole.tar.gz >"$WWW/cut.tar.gz"
  refuses -- -f cog.yaml "$SERVER/files/cut.tar.gz"
  grep -E "cut short|unexpected EOF" out
  tar -C context -c -f "$WWW/absolute.tar" --absolute-names \
    --transform 's,^predict,/etc/predict,' cog.yaml predict.py
  refuses "absolute name" "/etc/predict.py" -- \
    -f cog.yaml "$SERVER/files/absolute.tar"
  tar -C context -c -f "$WWW/above.tar" --absolute-names \
    --transform 's,^predict,../predict,' cog.yaml predict.py
  refuses '".." in its name' "../predict.py" -- \
    -f cog.yaml "$SERVER/files/above.tar"
}
it "failures: archives that are cut short or lead out of their place" archives

archives_on_stdin() {
  example context
  tar -C context -c -f above.tar --absolute-names \
    --transform 's,^predict,../predict,' cog.yaml predict.py
  refuses '".." in its name' "../predict.py" -- -f cog.yaml - <above.tar
}
it "failures: the same on standard input" archives_on_stdin

# --- the engine goes away ----------------------------------------------------

# descendant PID NAME: the process called NAME below PID, by its identity.
descendant() {
  local child
  for child in $(cat /proc/"$1"/task/*/children 2>/dev/null); do
    [ "$(cat /proc/"$child"/comm 2>/dev/null)" != "$2" ] ||
      process_id "$child"
    descendant "$child" "$2"
  done
}

# within SECONDS COMMAND ARG...: waits until it says something or ends well.
within() {
  local i tenths=$(($1 * 10))
  shift
  for ((i = 0; i < tenths; i++)); do
    "$@" && return
    sleep 0.1
  done
  fail "not within $((tenths / 10)) s: $*"
}

frontend_runs() {
  RUNNING=$(descendant "$ENGINE_PID" cog-frontend)
  [ -n "$RUNNING" ]
}

frontend_is_gone() {
  [ "$(process_id "${RUNNING% *}")" != "$RUNNING" ]
}

# An engine that dies without a word while the frontend waits for its answer,
# below a process that keeps what it leaves behind alive, and buries what ended.
engine_dies() {
  local client daemon
  ENGINE_KEEPER=(/bin/sh -c '"$@"; sleep 600 & wait' keeper)
  RUN_DIR=$CASE_DIR LOG_DIR=$CASE_DIR/log
  engine_start 20.10
  frontend_load
  config <<<'build: {python_version: "3.11"}'
  build -f context/cog.yaml \
    --build-arg "COG_BASE_IMAGE=${SERVER#http://}/never:1" context &
  client=$!
  within 60 frontend_runs
  daemon=$(descendant "$ENGINE_PID" dockerd)
  kill -KILL "${daemon% *}"
  within 10 frontend_is_gone
  ! wait "$client" || fail "the build did not fail"
}
on_engine 20.10 &&
  it "failures: the frontend ends when the engine dies" engine_dies
