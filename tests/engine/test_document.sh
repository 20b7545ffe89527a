# Targets that are files: what they write is what the command of their name
# prints, byte for byte, and nothing is run for them.

COMMAND=$PROJECT/build/release-static/cog-frontend

# texts_case CASE: a copy of a golden case as the directory `context`, for this
# frontend.
texts_case() {
  rm -rf context
  cp -R "$PROJECT/testdata/cases/$1" context
  rm -f context/want.* context/args
  sed -i "1i # syntax=$FRONTEND" context/cog.yaml
}

# says TARGET ARG...: what the command gives for the directory `context`.
says() {
  "$COMMAND" "$@" --build-arg "PIP_INDEX_URL=$SERVER/simple"
}

# same_texts TARGET ARG...: builds TARGET from the directory `context` with the
# build's ARGs and compares.
same_texts() {
  local target=$1 file=Dockerfile
  shift
  [ "$target" = dockerfile ] || file=requirements.txt
  rm -rf files
  build -f context/cog.yaml --target "$target" -o files "$@" context
  shows_not "apt-get install" "pip install" "load metadata for docker.io/library/python"
  says "$target" context "$@" | cmp - "files/$file"
}

writes_what_commands_print() {
  local case
  for case in migration hello plan-mounts-plain plan-constraints plan-cpu; do
    texts_case "$case"
    same_texts dockerfile
    same_texts dockerfile --build-arg COG_COMPAT=plain
    same_texts requirements
  done
}
it "targets write what the commands print" writes_what_commands_print

writes_an_app() {
  local case
  for case in fal-class fal-files fal-stub; do
    texts_case "$case"
    rm -rf files want
    build -f context/cog.yaml --target fal -o files context
    says fal context -o want
    diff -r want files
    [ "$case" != fal-stub ] || [ "$ENGINE" = 20.10 ] ||
      shows "the app's endpoint is a stub" # 20.10 shows no warnings
  done
}
it "the target fal writes what the command writes" writes_an_app

writes_constraints() {
  texts_case plan-constraints
  same_texts requirements
  says requirements context --constraints | cmp - files/constraints.txt
  [ "$(ls files)" = "constraints.txt
requirements.txt" ] || fail "$(ls files)"
}
it "bounds are a file of their own" writes_constraints

looks_into_the_context() {
  texts_case hello
  mkdir -p context/.cog/tmp
  head -c 3000000 /dev/zero >context/.cog/tmp/weights
  same_texts dockerfile
  grep -q 'rm -rf /src/.cog' files/Dockerfile
  ! grep -E 'transferring context: [0-9.]+MB' out || fail ".cog was sent"
  echo .cog >context/.dockerignore
  same_texts dockerfile
  ! grep -q 'rm -rf /src/.cog' files/Dockerfile || fail "not ignored"
  echo cog.yaml >context/.dockerignore
  same_texts dockerfile
  grep -q '> /src/cog.yaml' files/Dockerfile
}
it "ignored files and .cog are seen, and not sent" looks_into_the_context

config_by_another_name() {
  texts_case hello
  mv context/cog.yaml context/model.yaml
  build -f context/model.yaml --target dockerfile -o files context
  says dockerfile context -f model.yaml | cmp - files/Dockerfile
  grep -qx 'COPY model.yaml /src/cog.yaml' files/Dockerfile
  # Beside the context it is written.
  mv context/model.yaml .
  build -f model.yaml --target dockerfile -o files context
  ! grep -q 'COPY model.yaml' files/Dockerfile || fail "copied"
  grep -q '> /src/cog.yaml' files/Dockerfile
}
it "a config by another name, in the context and beside it" \
  config_by_another_name

from_other_contexts() {
  texts_case hello
  says dockerfile context >want
  tar -C context -c . | build -f cog.yaml --target dockerfile -o files -
  cmp want files/Dockerfile
  git_repository texts context
  build -f cog.yaml --target dockerfile -o files "$SERVER/git/texts.git#main"
  cmp want files/Dockerfile
}
it "files from a tar and from a git repository" from_other_contexts

no_output_is_an_image() {
  texts_case hello
  build -f context/cog.yaml --target dockerfile -t texts context
  docker create --name texts texts none
  docker cp texts:/Dockerfile .
  docker rm texts
  says dockerfile context | cmp - Dockerfile
}
it "without -o the files are an image" no_output_is_an_image

# pip with the printed requirements.txt, in a base image that has nothing to do
# with the model, installs what the image has.
requirements_are_the_images() {
  mkdir context "$SETS/requirements"
  cat >context/cog.yaml <<EOF
# syntax=$FRONTEND
build:
  python_version: "3.11"
  python_packages:
    - torch==2.3.1
    - torchvision
    - numpy>=1.26,<2
    - cowsay==6.1 ; python_version < "4"
    - tomli==2.0.1 ; python_version < "3.11"
    - Requests[socks]!=2.31.0
EOF
  cp context/cog.yaml "$SETS/requirements"
  INDEX=$SERVER/any/requirements/simple
  local pytorch=(--add-host "download.pytorch.org:$PYTORCH"
    --build-arg PIP_TRUSTED_HOST=download.pytorch.org)
  build -f context/cog.yaml -t model "${pytorch[@]}" \
    --build-arg COG_SDK=off context
  mkdir by-hand
  "$COMMAND" requirements context >by-hand/requirements.txt
  cat >by-hand/Dockerfile <<'EOF'
FROM python:3.11-slim
ARG PIP_INDEX_URL PIP_TRUSTED_HOST
COPY requirements.txt /
RUN pip install -r /requirements.txt
EOF
  build -t by-hand "${pytorch[@]}" by-hand
  in_image model pip freeze >model
  in_image by-hand pip freeze >pip
  cat model
  grep -qx 'torch==2.3.1+cpu' model
  [ "$(wc -l <model)" = 5 ] || fail "not five packages"
  diff model pip
}
it "pip with requirements.txt installs what the image has" \
  requirements_are_the_images
