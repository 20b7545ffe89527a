# Stand-ins for pyenv and for what uv fetches: a CPython that is built already.

# python_archive: serves docker's CPython as python.tar, so that it runs in
# whatever directory it is laid.
python_archive() {
  local container dir=$CASE_DIR/python
  mkdir "$dir"
  container=$(docker create python:3.11)
  docker cp "$container:/usr/local/." - | tar -x -C "$dir"
  docker rm "$container" >/dev/null
  rm -f "$dir"/bin/pip* # which name their interpreter
  mv "$dir/bin/python3.11" "$dir/bin/python3.11.real"
  cat >"$dir/bin/python3.11" <<'EOF_PYTHON'
#!/bin/bash
here=$(dirname "$(readlink -f "$0")")
LD_LIBRARY_PATH=$here/../lib exec -a "$here/python3.11" "$here/python3.11.real" "$@"
EOF_PYTHON
  chmod +x "$dir/bin/python3.11"
  tar -cf "$WWW/python.tar" -C "$dir" .
}

# pyenv_stand_in: PYENV is what COG_PYENV has to be.
pyenv_stand_in() {
  local dir=$CASE_DIR/pyenv
  python_archive
  mkdir -p "$dir/bin" "$dir/plugins/python-build/bin"
  cat >"$dir/plugins/python-build/bin/python-build" <<EOF_BUILD
#!/bin/sh
set -e
mkdir -p "\$2"
curl -fs $SERVER/files/python.tar | tar -x -C "\$2"
EOF_BUILD
  cat >"$dir/bin/pyenv" <<'EOF_PYENV'
#!/bin/sh
set -e
root=${PYENV_ROOT:-/root/.pyenv}
case $1 in
latest) echo "$3" ;;
global) echo "$2" >$root/version ;;
rehash)
  mkdir -p $root/shims
  for program in $root/versions/*/bin/*; do
    printf '#!/bin/sh\nexec %s "$@"\n' "$program" >"$root/shims/${program##*/}"
  done
  chmod +x $root/shims/*
  ;;
esac
EOF_PYENV
  chmod +x "$dir/bin/pyenv" "$dir/plugins/python-build/bin/python-build"
  git_repository pyenv "$dir"
  PYENV=$SERVER/git/pyenv.git#main
}

# uv_double: the image uv:double, and the directory uv with the same. uv itself
# cannot be had (neither Debian nor npm has it), so what is tested is how it is
# called and what is made of what it leaves: the double checks its arguments and
# calls pip.
uv_double() {
  python_archive
  mkdir -p uv
  cat - "$WWW/python.tar" >uv/uv <<'EOF_UV'
#!/bin/sh
set -eu
echo "uv double: $*"
case "$1 $2" in
"pip install")
  [ "${UV_DEFAULT_INDEX#http}" != "$UV_DEFAULT_INDEX" ]
  case "$*" in
  *"--index-strategy unsafe-best-match"*) ;;
  *) echo "no index strategy" && exit 1 ;;
  esac
  shift 2
  words=
  while [ $# -gt 0 ]; do
    case $1 in
    --python | --index-strategy | --link-mode) shift ;;
    --break-system-packages) ;;
    *) words="$words $1" ;;
    esac
    shift
  done
  exec python -m pip install --no-compile --index-url "$UV_DEFAULT_INDEX" $words
  ;;
"python install")
  shift 2
  [ "$1 $2" = "--no-bin --install-dir" ]
  to=$3/cpython-$4.2-linux-x86_64-gnu
  mkdir -p "$to"
  sed '1,/^__PYTHON__$/d' "$0" | tar -x -C "$to"
  touch "$to/lib/python$4/EXTERNALLY-MANAGED"
  ;;
*) echo "uv double: what is $*?" && exit 1 ;;
esac
exit
__PYTHON__
EOF_UV
  chmod +x uv/uv
  printf 'FROM scratch\nCOPY uv /uv\n' | docker build -t uv:double -f - uv
}
