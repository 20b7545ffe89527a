# What has to be installed, by the names of Debian's packages (Ubuntu has the
# same). Sourced by tests/run.sh, frontend/demo.sh and frontend/Dockerfile.

# Compiler, generators and the libraries with their static archives.
build_packages="cmake ninja-build gcc libc6-dev pkg-config protobuf-c-compiler
  libprotobuf-c-dev libyaml-dev libarchive-dev libnghttp2-dev libjansson-dev
  nettle-dev zlib1g-dev libacl1-dev liblz4-dev libzstd-dev liblzma-dev
  libbz2-dev libxml2-dev libicu-dev"

# What the unit and golden tests use besides.
test_packages="libcmocka-dev tar gzip bzip2 xz-utils zstd zip libarchive-tools
  clang libclang-rt-14-dev python3 python3-jsonschema python3-yaml"

# What tests/lint.sh uses; its ruff is of PyPI, and the version stands there.
lint_packages="clang clang-format-14 clang-tidy-14 shellcheck python3-venv"

# Engines, and what makes their stand-in images.
engine_packages="docker.io iptables iproute2 mmdebstrap git ca-certificates python3
  docker-registry curl"

# Installs what is missing of the packages named; says nothing when nothing is.
install_packages() {
  missing=
  for package; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null |
      grep -q 'ok installed' || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  echo "installing:$missing" >&2
  apt-get update -qq >&2 &&
    DEBIAN_FRONTEND=noninteractive apt-get install -qqy \
      --no-install-recommends $missing >&2
}

install_build_packages() {
  install_packages $build_packages
}

install_engine_packages() {
  install_packages $engine_packages
}

install_test_packages() {
  install_packages $build_packages $test_packages $lint_packages \
    $engine_packages
}
