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

# The client looks at 1,024 bytes to tell a tar from a Dockerfile, so that the
# first entry may have no pax header, which a fraction of a second needs.
pipe_a_directory_into_docker() {
  context_tree
  touch -d '2024-05-06 07:08:09.123456789' context/*
  "$COMMAND" context context --build-arg "PIP_INDEX_URL=$SERVER/simple" |
    build -t hello-piped -
  answers hello-piped cog.yaml predict.py words.py .dockerignore Dockerfile
}
it "reported: cog-frontend context . | docker build -" \
  pipe_a_directory_into_docker

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

# --- buildah -----------------------------------------------------------------

# buildah_in ARG...: buildah with a store of its own.
buildah_in() {
  env CONTAINERS_REGISTRIES_CONF="$PWD/registries.conf" buildah \
    --root "$PWD/store" --runroot "$PWD/run" --storage-driver vfs "$@"
}

pipe_into_buildah() {
  install_packages buildah || fail "cannot install buildah"
  echo 'unqualified-search-registries = ["docker.io"]' >registries.conf
  buildah_in pull "docker-archive:$IMAGES:python:3.11"
  buildah_in pull "docker-archive:$IMAGES:python:3.11-slim"
  context_tree
  context_of --compat=plain |
    buildah_in bud --isolation chroot --network host --pull-never -t hello -
  local container
  container=$(buildah_in from --pull-never hello)
  [ "$(buildah_in run --isolation chroot "$container" -- \
    find . -type f ! -name '*.pyc' | sort | tr '\n' ' ')" = \
    "./.cog/openapi_schema.json ./.dockerignore ./Dockerfile ./cog.yaml ./predict.py ./words.py " ] ||
    fail "these are not the files"
  buildah_in run --isolation chroot "$container" -- \
    python -c 'import cowsay, cog, predict' || fail "the model does not load"
  buildah_in run --isolation chroot "$container" -- grep -q '3\.11' /built-with
  [ "$(buildah_in inspect --type image \
    --format '{{.OCIv1.Config.Entrypoint}} {{.OCIv1.Config.Cmd}}' hello)" = \
    "[/sbin/tini --] [python -m cog.server.http]" ] || fail "it runs otherwise"
}
# Whichever engine is up has no part in it.
on_engine 26.1-containerd &&
  it "tar c . | cog-frontend context - | buildah bud -" pipe_into_buildah
