#!/bin/sh
# What a person does by hand to leave Cog's own tool, over the file that it was
# first seen done for (../shared/seed, when it is there) and over a case of the
# same keys: each line of that work comes out of a command.
#
# usage: tests/cli/seed.sh PROGRAM
set -eu
program=$(realpath "$1")
cd "$(dirname "$0")/../.."
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
unset BUILDKIT_SESSION_ID
. tests/lib/cli.sh

# items FILE KEY: the items of a list below build, as they are written.
items() {
  awk -v key="  $2:" '
    $0 == key { inside = 1; next }
    /^(  )?[a-z]/ { inside = 0 }
    inside && sub(/^    - /, "") {
      sub(/ +#.*/, "")
      if (sub(/^"/, "")) { sub(/"$/, ""); gsub(/\\"/, "\"") }
      print
    }' "$1"
}

# has FILE LINE...: each LINE is one of FILE, blanks in front aside.
has() {
  file=$1
  shift
  for line; do
    sed 's/^ *//' "$file" | grep -qxF -- "$line" && continue
    printf 'not ok: %s has no line: %s\n' "$file" "$line"
    failed=1
  done
}

has_not() {
  ! grep -E -- "$2" "$1" || {
    printf 'not ok: %s has: %s\n' "$1" "$2"
    failed=1
  }
}

# The one-liner for yq, of items without a single quote:
#   .build.python_packages | map(select(. != null and . != ""))
#     | map("'" + . + "'") | join(" ")
check() {
  config=$1/cog.yaml
  run() {
    "$program" "$1" "$config_dir" --platform linux/amd64 2>"$dir/err"
  }
  config_dir=$1
  is "$1: packages" "$(run packages)" \
    "$(items "$config" python_packages | grep -v '^$' | sed "s/.*/'&'/" |
      tr '\n' ' ' | sed 's/ $//')"
  is "$1: requirements" "$(run requirements)" \
    "$(items "$config" python_packages | grep -v '^$')"

  run dockerfile >"$dir/Dockerfile"
  has "$dir/Dockerfile" \
    'FROM python:3.10.6 AS deps' \
    'python -m pip install --no-warn-script-location --no-compile \' \
    '--ignore-installed --prefix=/dep -r /requirements.txt' \
    'FROM nvidia/cuda:12.1.1-cudnn8-devel-ubuntu22.04 AS base' \
    'ENV DEBIAN_FRONTEND=noninteractive \' \
    'PYTHONUNBUFFERED=1 \' \
    'LD_LIBRARY_PATH=${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}/usr/lib/x86_64-linux-gnu:/usr/local/nvidia/lib64:/usr/local/nvidia/bin \' \
    'NVIDIA_DRIVER_CAPABILITIES=all' \
    '[ -e /sbin/tini ] || ln -s /usr/bin/tini /sbin/tini' \
    'ENV PATH=/root/.pyenv/shims:/root/.pyenv/bin:$PATH' \
    'full=3.10.6; \' \
    'COPY --from=deps /dep /root/.pyenv/versions/3.10.6/' \
    'WORKDIR /src' \
    'EXPOSE 5000/tcp' \
    'ENTRYPOINT ["/sbin/tini", "--"]' \
    'CMD ["python", "-m", "cog.server.http"]' \
    'COPY . /src/'
  grep -qE '^ +ffmpeg(;| \\|$)' "$dir/Dockerfile" || is "$1: ffmpeg" none one
  items "$config" python_packages >"$dir/items"
  while IFS= read -r item; do
    has "$dir/Dockerfile" "'$item' \\"
  done <"$dir/items"
  items "$config" run >"$dir/items"
  while IFS= read -r item; do
    has "$dir/Dockerfile" "RUN $item"
  done <"$dir/items"
  has_not "$dir/Dockerfile" '\.cog/tmp'

  "$program" fal "$1" -o "$dir/fal" --force --platform linux/amd64 2>"$dir/err"
  has_not "$dir/fal/Dockerfile" '^(EXPOSE|CMD|ENTRYPOINT)|COPY \. |\.cog'
  has "$dir/fal/Dockerfile" 'FROM python:3.10.6 AS deps' 'WORKDIR /src'
  has "$dir/fal/fal_app.py" \
    'class Model(fal.App, name=NAME, python_version="3.10"):' \
    'image = ContainerImage.from_dockerfile(' 'f"{PWD}/Dockerfile",' \
    'context_dir=CONTEXT,' 'dockerignore=["/.git", "/.venv", "/venv"],' \
    'machine_type = "GPU-A100"  # gpu: true in cog.yaml'
}

check testdata/cases/migration
if [ -e ../shared/seed/cog.yaml ]; then
  check ../shared/seed
else
  echo "skip: no ../shared/seed"
fi
exit "$failed"
