# The command `context` in front of builders: what it writes is built from
# standard input, without the frontend.

COMMAND=$PROJECT/build/release-static/cog-frontend

# context_tree: the example as the directory `context`, with what the ignore
# file keeps out of it.
context_tree() {
  example context
  sed -i 1d context/cog.yaml # no frontend here
  echo '*.key' >context/.dockerignore
  touch context/secret.key
}

# context_of ARG...: what the command makes of the tar on standard input. The
# ignore file comes last in it, behind what it hides.
context_of() {
  tar -C context -c secret.key cog.yaml predict.py words.py .dockerignore |
    "$COMMAND" context - --build-arg "PIP_INDEX_URL=$SERVER/simple" "$@"
}

pipe_into_docker() {
  context_tree
  context_of | build -t hello-context -
  shows_not "secret.key" "$FRONTEND"
  answers hello-context cog.yaml predict.py words.py .dockerignore Dockerfile
  config_is_right hello-context
}
it "tar c . | cog-frontend context - | docker build -" pipe_into_docker

# The builder that docker had before BuildKit.
pipe_into_old_builder() {
  context_tree
  context_of --compat=plain |
    "${ENGINE_CLIENT[@]/DOCKER_BUILDKIT=1/DOCKER_BUILDKIT=0}" build \
      --network=host -t hello-plain - 2>&1 | tee out
  shows "Successfully tagged hello-plain"
  answers hello-plain cog.yaml predict.py words.py .dockerignore Dockerfile
  config_is_right hello-plain
}
on_engine 20.10 26.1-graph &&
  it "context --compat=plain, and DOCKER_BUILDKIT=0" pipe_into_old_builder

# A tar that was broken off is built by nobody: a file that is shorter than its
# size says, as those of sysfs are, ends the copy within a body.
broken_off() {
  context_tree
  head -c 300000 /dev/zero >context/data
  mkdir context/sys
  mount --bind /sys/kernel context/sys
  local status=0
  "$COMMAND" context context >broken.tar 2>/dev/null || status=$?
  "$COMMAND" context context 2>/dev/null | cat >broken.tar || true
  umount context/sys
  [ "$status" = 3 ] && [ -s broken.tar ] || fail "the copy did not break off"
  build_fails -t hello-broken - <broken.tar
}
it "a context that is broken off is not built" broken_off
