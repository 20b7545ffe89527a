# Stand-ins for the base images of Docker Hub, for machines that cannot reach
# it: Debian 12 with CPython built into /usr/local as docker's own images have
# it, and a bare Debian 12 for those whose content does not matter here.

IMAGES_VERSION=2 # part of the cache's name: raise it when the images change
IMAGES_PYTHON=3.11.2

# What CPython links with, and what docker's slim images have besides.
IMAGES_RUNTIME=(ca-certificates netbase tzdata libssl3 libsqlite3-0 libffi8
  libbz2-1.0 liblzma5 libreadline8 zlib1g libncursesw6 libexpat1 libuuid1
  libgdbm6)
IMAGES_DEVEL=(gcc g++ make git curl wget xz-utils pkg-config libc6-dev
  libssl-dev zlib1g-dev libbz2-dev libreadline-dev libsqlite3-dev
  libncurses-dev libffi-dev liblzma-dev uuid-dev libexpat1-dev libgdbm-dev)

# images_archive: the path of an archive for `docker load` with every base
# image, made when the cache has none.
images_archive() {
  cached "images-$IMAGES_VERSION-$IMAGES_PYTHON-$(apt_key).tar" images_make
}

# images_python_source: the path of CPython's source as a .tar.gz.
images_python_source() {
  cached "Python-$IMAGES_PYTHON.tgz" images_fetch_python
}

images_fetch_python() {
  debian_source bookworm python3.11 "$1" &&
    mv "$1"/python3.11_*.orig.tar.gz "$1/Python-$IMAGES_PYTHON.tgz"
}

images_make() {
  local work=$1 slim=$1/slim full=$1/full
  debian_root bookworm "$slim" "${IMAGES_RUNTIME[@]}" &&
    images_tidy_apt "$slim" &&
    images_layer "$slim" "$work/debian.tar" &&
    debian_root bookworm "$full" "${IMAGES_RUNTIME[@]}" "${IMAGES_DEVEL[@]}" &&
    images_tidy_apt "$full" &&
    images_build_python "$full" "$work/python.tar" &&
    images_add_python "$full" "$work/python.tar" &&
    images_layer "$full" "$work/full.tar" &&
    images_add_python "$slim" "$work/python.tar" &&
    images_layer "$slim" "$work/slim.tar" ./usr/local ./etc/ld.so.cache &&
    "$COGFE_PYTHON" "$ENGINE_TESTS/lib/docker_archive.py" \
      "$work/images-$IMAGES_VERSION-$IMAGES_PYTHON-$(apt_key).tar" \
      <<EOF
{"tags": ["ubuntu:22.04", "debian:12",
          "nvidia/cuda:12.1.1-cudnn8-devel-ubuntu22.04"],
 "layers": ["$work/debian.tar"],
 "env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
 "cmd": ["bash"]}
{"tags": ["python:3.11-slim"],
 "layers": ["$work/debian.tar", "$work/slim.tar"],
 "env": $(images_python_env), "cmd": ["python3"]}
{"tags": ["python:3.11"],
 "layers": ["$work/full.tar"],
 "env": $(images_python_env), "cmd": ["python3"]}
EOF
}

# images_load ARCHIVE: gives the engine that is up the images.
images_load() {
  local log=$LOG_DIR/$ENGINE/load.log
  docker load --quiet --input "$1" >"$log" 2>&1 </dev/null && return
  show_tail "$log"
  die "$ENGINE does not load the base images"
}

images_python_env() {
  cat <<EOF
["PATH=/usr/local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8", "PYTHON_VERSION=$IMAGES_PYTHON"]
EOF
}

# docker's Debian images empty apt's cache after every run of it, and fetch no
# translations.
images_tidy_apt() {
  cat >"$1/etc/apt/apt.conf.d/docker-clean" <<'EOF'
DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };
APT::Update::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
EOF
  echo 'Acquire::Languages "none";' >"$1/etc/apt/apt.conf.d/docker-no-languages"
}

# images_build_python ROOT OUT: compiles CPython inside ROOT, as docker's
# images do but without profile-guided optimization, which takes an hour.
images_build_python() {
  local root=$1 out=$2
  mkdir -p "$root/build" &&
    tar -xzf "$(images_python_source)" -C "$root/build" \
      --strip-components=1 &&
    chroot "$root" /bin/sh -e <<'EOF' &&
cd /build
./configure --prefix=/usr/local --enable-shared \
  --enable-loadable-sqlite-extensions --without-static-libpython \
  --with-ensurepip=install --disable-test-modules \
  LDFLAGS=-Wl,--strip-all
make -j"$(nproc)"
make install DESTDIR=/build/out
cd /build/out/usr/local
find . -depth \( -type d \( -name test -o -name tests -o -name idle_test \) \
  -o -type f -name '*.pyc' \) -exec rm -rf {} +
for name in pip3 pydoc3 python3 python3-config; do
  ln -s "$name" "bin/$(echo "$name" | tr -d 3)"
done
EOF
    tar -cf "$out" -C "$root/build/out" ./usr/local &&
    rm -rf "$root/build"
}

# images_add_python ROOT PYTHON_TAR
images_add_python() {
  tar -xf "$2" -C "$1" && chroot "$1" ldconfig &&
    chroot "$1" /usr/local/bin/python -m pip --version
}

# images_layer ROOT OUT [PATH...]: the tree, or the paths of it, as a layer.
images_layer() {
  local root=$1 out=$2
  shift 2
  tar -cf "$out" -C "$root" --numeric-owner --sort=name \
    --exclude='./dev/*' --exclude='./proc/*' --exclude='./sys/*' \
    --exclude='./run/*' --exclude='./var/cache/apt/*.bin' \
    --exclude='./var/lib/apt/lists/*' --exclude='./etc/resolv.conf' \
    "${@:-.}"
}
