# Two images of one model: what the frontend makes and what a builder makes of
# the Dockerfile that the command prints.

COMMAND=$PROJECT/build/release-static/cog-frontend

# told NAME: the image NAME as two files, its tree and its config.
told() {
  local container
  docker inspect "$1" >"$1.json"
  container=$(docker create "$1" none)
  docker export --output "$1.tar" "$container"
  docker rm "$container"
}

# same_images A B [EXCEPTION...]: an EXCEPTION is a regular expression for
# paths that may differ here.
same_images() {
  local a=$1 b=$2
  shift 2
  told "$a"
  told "$b"
  "$COGFE_PYTHON" "$ENGINE_TESTS/lib/same_image.py" \
    "$a.tar" "$a.json" "$b.tar" "$b.json" "$@" || fail "$a and $b differ"
  rm "$a.tar" "$b.tar"
}

# prints CONTEXT ARG...: the Dockerfile that the command prints for what `build`
# builds.
prints() {
  local context=$1
  shift
  "$COMMAND" dockerfile "$context" \
    --build-arg "PIP_INDEX_URL=${INDEX:-$SERVER/simple}" "$@" >Dockerfile
}
