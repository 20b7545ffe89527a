# Named contexts: what stands behind the names of a build.

has_named_contexts() {
  [ "$ENGINE" != 20.10 ] || skip "named contexts came with BuildKit 0.10"
}

# named_example: a model whose run item shows what is in an image called assets.
named_example() {
  mkdir context
  cat >context/cog.yaml <<EOF
# syntax=$FRONTEND
build:
  python_version: "3.11"
  run:
    - command: cp -r /assets /seen
      mounts:
        - {type: bind, from: assets, target: /assets}
EOF
}

# named_shows VALUE FILE...: with VALUE for assets, these files are seen, and
# no others.
named_shows() {
  local value=$1
  shift
  build -f context/cog.yaml -t named --build-arg COG_SDK=off \
    --build-context "assets=$value" context
  same "files of $value" "$*" \
    "$(in_image named sh -c 'cd /seen && find . -type f | sort | cut -c3-' |
      tr '\n' ' ' | sed 's/ $//')"
}

trees() {
  has_named_contexts
  named_example
  mkdir -p assets/deep
  touch assets/a.txt assets/deep/b.txt assets/c.key
  echo '*.key' >assets/.dockerignore
  named_shows assets .dockerignore a.txt deep/b.txt
  git_repository assets assets
  named_shows "$SERVER/git/assets.git#main" .dockerignore a.txt c.key \
    deep/b.txt
  tar -czf "$WWW/assets.tar.gz" assets
  named_shows "$SERVER/files/assets.tar.gz" .dockerignore a.txt c.key \
    deep/b.txt
  printf 'FROM scratch\nCOPY a.txt /only\n' | docker build -t assets:test \
    -f - assets
  named_shows docker-image://assets:test only
}
it "named: a directory with its ignore file, git, http, an image" trees

layout() {
  has_named_contexts
  [ "$ENGINE" != 26.1-graph ] || skip "this store does not write OCI layouts"
  named_example
  printf 'FROM scratch\nCOPY cog.yaml /in-a-layout\n' >Dockerfile
  docker buildx build -f Dockerfile -o type=oci,dest=layout.tar context
  mkdir layout
  tar -xf layout.tar -C layout
  named_shows "oci-layout://layout@$("$COGFE_PYTHON" -c 'import json
print(json.load(open("layout/index.json"))["manifests"][0]["digest"])')" \
    in-a-layout
}
it "named: an OCI layout" layout

# This buildx has no network for bake that the steps could use; the target has
# none.
bake_target() {
  has_named_contexts
  named_example
  cat >Dockerfile <<'EOF'
FROM python:3.11
ENV BAKED=yes
LABEL org.example.base=baked
COPY Dockerfile /baked
EOF
  cat >docker-bake.hcl <<'EOF'
target "base" {
  context = "."
}
target "deps" {
  context = "context"
  dockerfile = "cog.yaml"
  target = "deps"
  contexts = { "python:3.11" = "target:base" }
  args = { COG_SDK = "off" }
  tags = ["named-baked"]
}
EOF
  docker buildx bake --progress=plain deps 2>&1 | tee out
  same BAKED yes "$(in_image named-baked sh -c 'test -e /baked &&
    echo "$BAKED"')"
  same label baked "$(docker inspect --format \
    '{{index .Config.Labels "org.example.base"}}' named-baked)"
}
it "named: an image that bake makes, with its config" bake_target

wheels() {
  has_named_contexts
  example context
  mkdir dist
  local name
  for name in cowsay-6.1 cog-0.23.1 coglet-0.23.1; do
    curl --fail --silent --output "dist/$name-py3-none-any.whl" \
      "$SERVER/wheels/$name-py3-none-any.whl"
  done
  INDEX=http://127.0.0.1:9/ build -f context/cog.yaml -t named-wheels \
    --build-context wheels=dist --build-arg PIP_NO_INDEX=1 context
  answers named-wheels cog.yaml predict.py words.py
  in_image named-wheels sh -c 'test ! -e /tmp/cog-wheels'
}
it "named: wheels, and no index" wheels

tables() {
  has_named_contexts
  mkdir context compat
  printf '%s\n' "# syntax=$FRONTEND" 'build: {gpu: true, cuda: "99.1"}' \
    >context/cog.yaml
  cat >compat/cuda-images.csv <<'EOF'
tag,cuda,cudnn,ubuntu,flavour,source
99.1.0-cudnn9-devel-ubuntu24.04,99.1.0,9,24.04,devel,a test
EOF
  build_fails -f context/cog.yaml --target dockerfile -o . context
  shows 'cog.yaml:2:26'
  build -f context/cog.yaml --target dockerfile -o . \
    --build-context compat=compat context
  grep -q '^FROM nvidia/cuda:99.1.0-cudnn9-devel-ubuntu24.04 AS base$' \
    Dockerfile
}
it "named: compatibility tables" tables

nearly_right() {
  has_named_contexts
  named_example
  mkdir assets
  touch assets/a
  build_fails -f context/cog.yaml --build-arg COG_SDK=off \
    --build-arg COG_STRICT=1 --build-context assets=assets \
    --build-context python:3.11-slm=docker-image://debian:12 context
  shows 'nothing here is called "python:3.11-slm"' \
    'did you mean "python:3.11-slim"?'
}
it "named: a name that is nearly right" nearly_right
