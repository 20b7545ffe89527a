# COG_INSTALLER and COG_PYTHON, with the double of uv in lib/python.sh.

uv_installs() {
  example context
  uv_double
  build -f context/cog.yaml -t installed --build-arg COG_INSTALLER=uv \
    --build-arg COG_UV=uv:double context
  shows "uv pip install 1 package, cog==" "uv double: pip install"
  answers installed cog.yaml predict.py words.py
}
it "COG_INSTALLER=uv installs the packages and the SDK" uv_installs

uv_of_a_named_context() {
  [ "$ENGINE" != 20.10 ] || skip "its client has no --build-context"
  example context
  uv_double
  build -f context/cog.yaml -t installed --build-arg COG_INSTALLER=uv \
    --build-context uv=uv --no-cache-filter deps context
  shows "uv double: pip install"
  answers installed cog.yaml predict.py words.py
}
it "the named context uv replaces its image" uv_of_a_named_context

python_by_uv() {
  example context
  uv_double
  printf 'FROM ubuntu:22.04\nENV FLAVOUR=base\n' |
    docker build -t nvidia/cuda:12.1.1-base-ubuntu22.04 -
  # Its CPython is linked with nothing of the system; the double's is.
  sed -i 's/^build:/&\n  gpu: true\n  cuda: "12.1"/; s/- figlet/&\n    - libsqlite3-0\n    - libffi8/; /^  run:/,/built-with/d' context/cog.yaml
  cat context/cog.yaml
  build -f context/cog.yaml -t by-uv --build-arg COG_PYTHON=uv \
    --build-arg COG_UV=uv:double --build-arg COG_DEPS_IMAGE=python:3.11 \
    --build-arg COG_CUDA_FLAVOR=base context
  shows "uv python install 3.11"
  shows_not "needs to compile" "devel-ubuntu"
  in_image by-uv sh -ec '
    test "$(python -c "import sys; print(sys.prefix)")" = /usr/local
    test ! -e /usr/local/lib/python3.11/EXTERNALLY-MANAGED
    test ! -e /opt/cog-uv
    ! grep -r /opt/cog-uv /usr/local/lib/python3.11/_sysconfigdata*.py
    python -m pip --version
    cowsay -t moo
    python -c "import cog, sqlite3, ctypes"'
}
it "COG_PYTHON=uv: a CPython that is built already, at /usr/local" python_by_uv

# own_base NAME LINE...: a base image of the user's, of Debian 12.
own_base() {
  local name=$1
  shift
  printf '%s\n' "FROM debian:12" "$@" |
    docker build --network=host -t "$name" -
}

python_of_the_base() {
  example context
  own_base own-python 'RUN apt-get update -qq && apt-get install -qqy --no-install-recommends python3 python3-pip'
  build -f context/cog.yaml -t of-base --build-arg COG_BASE_IMAGE=own-python \
    context
  shows "lay the packages over the base's Python"
  in_image of-base sh -ec '
    test "$(python -c "import cowsay; print(cowsay.__file__)")" = \
      /usr/local/lib/python3.11/dist-packages/cowsay/__init__.py
    test "$(python -c "import sys; print(sys.prefix)")" = /usr
    cowsay -t moo
    python -c "import cog"
    test -e /usr/share/cowsay/cow.txt || test -e /usr/local/share/cowsay/cow.txt
    cat /banner /built-with'
}
it "the Python of a base of one's own, wherever its packages are" \
  python_of_the_base

bases_without_site_packages() {
  example context
  own_base own-nothing 'RUN true'
  build_fails -f context/cog.yaml --build-arg COG_BASE_IMAGE=own-nothing context
  shows "the base image has no Python, so its site-packages cannot be found"
  own_base own-python 'RUN apt-get update -qq && apt-get install -qqy --no-install-recommends python3 python3-pip'
  sed -i 's/python_version: .*/python_version: "3.12"/' context/cog.yaml
  docker tag python:3.11 python:3.12
  build_fails -f context/cog.yaml --build-arg COG_BASE_IMAGE=own-python context
  shows 'the base image has Python 3.11, and the packages are for 3.12; set python_version: "3.11"'
}
it "a base whose site-packages cannot be found is an error that says so" \
  bases_without_site_packages

stripped_and_compiled() {
  example context
  build -f context/cog.yaml -t compiled --build-arg COG_STRIP=1 \
    --build-arg COG_PRECOMPILE=1 context
  shows "strip debug symbols" "compile Python to bytecode"
  answers compiled cog.yaml predict.py words.py
  # Flags of PEP 552: a hash (1) that is not checked (2 would be set).
  in_image compiled python -c '
import cowsay, cog, importlib.util
for module in cowsay, cog:
    with open(importlib.util.cache_from_source(module.__file__), "rb") as f:
        assert f.read(8)[4:] == b"\x01\0\0\0", module'
  docker create --name compiled-1 compiled
  docker cp compiled-1:/usr/local/lib/python3.11/site-packages - >one.tar
  build -f context/cog.yaml -t compiled --build-arg COG_STRIP=1 \
    --build-arg COG_PRECOMPILE=1 --no-cache context
  docker create --name compiled-2 compiled
  docker cp compiled-2:/usr/local/lib/python3.11/site-packages - >two.tar
  docker rm compiled-1 compiled-2
  mkdir one two
  tar -xf one.tar -C one && tar -xf two.tar -C two
  diff -r one two
}
it "COG_STRIP and COG_PRECOMPILE: the same files in two builds" \
  stripped_and_compiled
