# The printed Dockerfile makes the image that the frontend makes: the same file
# tree and the same config. What may differ, and why, is in lib/same_image.py.

hello_twice() {
  example context
  build -f context/cog.yaml -t by-frontend context
  prints context
  build -f Dockerfile -t by-dockerfile context
  same_images by-frontend by-dockerfile
}
it "hello: frontend and Dockerfile" hello_twice

# What mounts may leave: BuildKit 0.8 and buildah keep the directories that a
# mount was laid on, and buildah takes those away that were there before.
OF_MOUNTS='root/\.cache(/pip)?'
OF_BUILDAHS_MOUNTS="$OF_MOUNTS|var/cache/apt(/.*)?|var/lib/apt/lists(/.*)?"

hello_plain() {
  example context
  build -f context/cog.yaml -t by-frontend context
  prints context --compat=plain
  build -f Dockerfile -t by-plain context
  same_images by-frontend by-plain "$OF_MOUNTS"
}
it "hello: frontend and plain Dockerfile" hello_plain

# Docker's builder from before BuildKit, in which plain Dockerfiles are built.
hello_without_buildkit() {
  example context
  build -f context/cog.yaml -t by-frontend context
  prints context --compat=plain
  DOCKER_BUILDKIT=0 "${ENGINE_CLIENT[@]/DOCKER_BUILDKIT=1/DOCKER_BUILDKIT=0}" \
    build --network=host -f Dockerfile -t by-old-builder context
  same_images by-frontend by-old-builder "$OF_MOUNTS"
}
on_engine 20.10 && it "hello: frontend and the builder before BuildKit" \
  hello_without_buildkit

# ---- the layout of GPU images -----------------------------------------------

# With an interpreter that is copied where pyenv would compile it: that takes
# minutes, and is run in test_gpu.sh.
gpu_twice() {
  local args
  pyenv_stand_in
  docker tag python:3.11 python:3.11-bookworm
  docker build -t nvidia/cuda:12.1.1-cudnn8-devel-ubuntu22.04 - <<'EOF'
FROM ubuntu:22.04
ENV PATH=/usr/local/nvidia/bin:/usr/local/cuda/bin:$PATH \
    LD_LIBRARY_PATH=/usr/local/nvidia/lib:/usr/local/nvidia/lib64
EOF
  example context
  sed -i 's/^build:/&\n  gpu: true\n  cuda: "12.1"/' context/cog.yaml
  mkdir "$SETS/gpu-twice"
  cp context/cog.yaml "$SETS/gpu-twice"
  echo 'wheel<1' >"$SETS/gpu-twice/of-the-image.txt"
  INDEX=$SERVER/any/gpu-twice/simple
  head -c 11000000 /dev/urandom >context/weights.bin
  mkdir context/.cog
  touch context/.cog/tmp
  args=(--build-arg "COG_PYENV=$PYENV")
  build -f context/cog.yaml -t by-frontend "${args[@]}" context
  prints context "${args[@]}"
  build -f Dockerfile -t by-dockerfile context
  same_images by-frontend by-dockerfile
}
on_engine 26.1-containerd sid && it "gpu: frontend and Dockerfile" gpu_twice

# ---- the corpus -------------------------------------------------------------

# corpus_twice CASE
corpus_twice() {
  corpus_case "$1" context
  corpus_stand_ins "$(corpus_facts "$1" |
    sed 's/.*"python": "\([^"]*\).*/\1/')"
  sed -i "1i # syntax=$FRONTEND" context/cog.yaml
  build -f context/cog.yaml -t by-frontend "${STAND_INS[@]}" context
  prints context --build-arg PIP_TRUSTED_HOST=download.pytorch.org
  build -f Dockerfile -t by-dockerfile "${STAND_INS[@]}" context
  same_images by-frontend by-dockerfile
}

CORPUS_CASES=(
  7MohamedGamal7__HR-ML
  callaunchpad__carnival__games__adversarial_ml__api
  minivision-ai__photo2cartoon
  replicate__cog-examples__hello-context
  orpheus92__cog-examples__object_detection
  orpheus92__cog-examples__blur
  chenxwh__face-alignment-cog
  Affog7__Gan-anim
  replicate__cog-examples__hello-concurrency
  MarcOedingen__ChatGPT-Code-Detection__app
)

if on_engine 26.1-containerd; then
  for name in "${CORPUS_CASES[@]}"; do
    it "corpus: $name twice" corpus_twice "$name"
  done
fi

# ---- builders that know no frontends ----------------------------------------

# other_builder BUILDER ARG...: buildah or podman on a storage of this case.
# podman takes no long path for what it keeps while it runs.
other_builder() {
  local builder=$1
  shift
  "$builder" --root "$PWD/storage" --runroot "$RUN_SHORT" \
    --storage-driver overlay "$@"
}

# hello_by BUILDER BUILD COMPAT EXCEPTION...: the example by buildah or podman,
# in an image that docker is given to look at.
hello_by() {
  local builder=$1 build=$2 compat=$3 image
  shift 3
  example context
  build -f context/cog.yaml -t by-frontend context
  prints context --compat="$compat"
  RUN_SHORT=$(mktemp -d /run/cogfe.XXXXXX)
  trap 'rm -rf --one-file-system "$RUN_SHORT"' EXIT
  for image in python:3.11 python:3.11-slim; do
    other_builder "$builder" pull "docker-archive:$(images_archive):$image"
  done
  other_builder "$builder" "$build" --isolation chroot --network host \
    --pull-never --format docker -f Dockerfile -t "by-$builder" context
  other_builder "$builder" push "by-$builder" \
    "docker-archive:$PWD/image.tar:by-$builder:latest"
  docker load --input image.tar
  same_images by-frontend "by-$builder" "$@"
}

if on_engine 26.1-containerd; then
  install_packages buildah podman || die "no buildah, no podman"
  it "hello: frontend and buildah, plain" hello_by buildah bud plain
  it "hello: frontend and buildah, with mounts" \
    hello_by buildah bud buildkit "$OF_BUILDAHS_MOUNTS"
  it "hello: frontend and podman, plain" hello_by podman build plain
  it "hello: frontend and podman, with mounts" \
    hello_by podman build buildkit "$OF_BUILDAHS_MOUNTS"
fi
