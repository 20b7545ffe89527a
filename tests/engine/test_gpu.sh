# The layout of GPU images, with pyenv compiling the interpreter: some minutes
# on two cores, so run.sh has it on one engine.

gpu_example() {
  example context
  cat >context/cog.yaml <<EOF
# syntax=$FRONTEND
build:
  gpu: true
  cuda: "12.1"
  python_version: "3.11"
  python_packages:
    - cowsay==6.1
    - torch==2.3.1
  system_packages:
    - figlet
  pre_install:
    - python --version >/before
  run:
    - figlet hello >/banner
    - cowsay -t "built with \$(python --version)" >/built-with
    - gcc --version && make --version && git --version && curl --version
environment:
  - GREETING=Good day, "dear" friend of \$5 & more
predict: "predict.py:Predictor"
EOF
}

# cuda_stand_in: an image with the environment of NVIDIA's.
cuda_stand_in() {
  docker build --quiet -t nvidia/cuda:12.1.1-cudnn8-devel-ubuntu22.04 - <<'EOF'
FROM ubuntu:22.04
ENV PATH=/usr/local/nvidia/bin:/usr/local/cuda/bin:$PATH \
    LD_LIBRARY_PATH=/usr/local/nvidia/lib:/usr/local/nvidia/lib64 \
    NVIDIA_VISIBLE_DEVICES=all
EOF
}

gpu_build() {
  local BUILD_TIMEOUT=1500
  build -f context/cog.yaml \
    --add-host "download.pytorch.org:$PYTORCH" \
    --build-arg PIP_TRUSTED_HOST=download.pytorch.org "$@" context
}

# interpreter_is_pyenvs IMAGE: what Cog 0.9's users find in a GPU image.
interpreter_is_pyenvs() {
  local shims=/root/.pyenv/shims cuda=/usr/local/nvidia/bin:/usr/local/cuda/bin
  same "commands" "$shims/python $shims/pip $shims/cowsay $shims/wheel" \
    "$(in_image "$1" sh -c 'echo $(which python pip cowsay wheel)')"
  same PATH "$shims:/root/.pyenv/bin:$cuda:/usr/local/sbin:/usr/local/bin:\
/usr/sbin:/usr/bin:/sbin:/bin" "$(in_image "$1" sh -c 'echo "$PATH"')"
  docker run --rm --interactive --network=none "$1" python - <<'EOF'
import importlib.metadata
import os
import subprocess
import sys
import sysconfig

# All that CPython builds only when its library is there.
import bz2, ctypes, curses, dbm, lzma, readline, sqlite3, ssl, tkinter, zlib


def says(*command):
    return subprocess.check_output(command, text=True).strip()


def same(what, expected, got):
    if expected != got:
        sys.exit("%s: expected %r, got %r" % (what, expected, got))


same("prefix", "/root/.pyenv/versions/3.11", sys.prefix)
same("version", "3.11.2", sys.version.split()[0])
same("pip", sys.prefix + "/lib/python3.11/site-packages/pip",
     says("pip", "--version").split()[3])
same("pyenv", "3.11", says("pyenv", "version-name"))
same("torch", "2.3.1+cu121", importlib.metadata.version("torch"))
same("system package", "/usr/bin/figlet", says("which", "figlet"))
same("pre_install", "Python 3.11.2\n", open("/before").read())
for tool in "cc", "c++", "make", "git", "curl", "wget", "llvm-ar":
    says("which", tool)
same("LD_LIBRARY_PATH", "/usr/local/nvidia/lib:/usr/local/nvidia/lib64:"
     "/usr/lib/x86_64-linux-gnu:/usr/local/nvidia/lib64:/usr/local/nvidia/bin",
     os.environ["LD_LIBRARY_PATH"])
same("NVIDIA_DRIVER_CAPABILITIES", "all",
     os.environ["NVIDIA_DRIVER_CAPABILITIES"])
same("mirror", None, os.environ.get("PYTHON_BUILD_MIRROR_URL"))

# A package with an extension, as run items install them from source.
open("/tmp/answer.c", "w").write(
    "#include <Python.h>\n"
    "static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, \"answer\"};\n"
    "PyMODINIT_FUNC PyInit_answer(void) {\n"
    "  PyObject *m = PyModule_Create(&def);\n"
    "  PyModule_AddIntConstant(m, \"answer\", 42);\n"
    "  return m;\n}\n")
subprocess.check_call(["cc", "-shared", "-fPIC", "/tmp/answer.c", "-o",
                       "/tmp/answer.so",
                       "-I" + sysconfig.get_paths()["include"]])
sys.path.append("/tmp")
import answer
same("extension", 42, answer.answer)
EOF
}

# gpu_stand_ins: all that such a build takes from outside, but pyenv.
gpu_stand_ins() {
  mkdir -p "$SETS/gpu"
  cp context/cog.yaml "$SETS/gpu"
  echo 'wheel<1' >"$SETS/gpu/of-the-image.txt"
  INDEX=$SERVER/any/gpu/simple
  docker tag python:3.11 python:3.11-bookworm
  cuda_stand_in
}

gpu_image() {
  pyenv_serve
  gpu_example
  gpu_stand_ins
  gpu_build -t gpu --build-arg COG_PYENV="$PYENV_REPOSITORY" \
    --build-arg PYTHON_BUILD_MIRROR_URL="$PYENV_MIRROR" \
    --build-arg PYTHON_BUILD_MIRROR_URL_SKIP_CHECKSUM=1
  interpreter_is_pyenvs gpu
  answers gpu cog.yaml predict.py words.py
}

# After the case above: its apt steps are there.
pyenv_as_a_directory() {
  [ "$ENGINE" != 20.10 ] || skip "its client has no --build-context"
  gpu_example
  gpu_stand_ins
  pyenv_stand_in
  gpu_build -t gpu-directory --build-context "pyenv=$CASE_DIR/pyenv"
  shows "[context pyenv] load from client"
  in_image gpu-directory python -c 'import cowsay, torch'
}

it "gpu: pyenv compiles CPython" gpu_image
it "gpu: pyenv as a named context" pyenv_as_a_directory
