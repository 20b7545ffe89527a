# COG_CUDA_FLAVOR: commands run on the devel image, and the model's image has
# what they made and not what they made it with.

small_model() {
  mkdir context
  cat >context/cog.yaml <<'EOF_CONFIG'
# syntax=ghcr.io/cog-frontend/cog-frontend:1
build:
  gpu: true
  cuda: "12.1"
  python_version: "3.11"
  python_packages: ["cowsay==6.1"]
  system_packages: [figlet]
  run:
    - echo 'int main(void) { return 42; }' >a.c && gcc -o /usr/local/bin/answer a.c
    # tig needs git, which only the devel image has already.
    - apt-get update && apt-get install -y --no-install-recommends tig
    - rm /etc/issue && mkdir -m 700 /opt/private && ln -s private /opt/link
    - echo more >>/usr/share/build-essential/list && chmod 600 /etc/issue.net
    - cowsay -t "$MOO" >/opt/private/moo
environment: [MOO=moo]
predict: "predict.py:Predictor"
EOF_CONFIG
  echo 'class Predictor: pass' >context/predict.py
}

small_flavour() {
  small_model
  pyenv_stand_in
  local flavour
  for flavour in devel runtime; do
    printf 'FROM ubuntu:22.04\nENV FLAVOUR=%s\n' "$flavour" |
      docker build -t "nvidia/cuda:12.1.1-cudnn8-$flavour-ubuntu22.04" -
  done
  build -f context/cog.yaml -t small --build-arg COG_SDK=off \
    --build-arg "COG_PYENV=$PYENV" --build-arg COG_DEPS_IMAGE=python:3.11 \
    --build-arg COG_CUDA_FLAVOR=runtime context
  shows "take over what the commands made"
  in_image small sh -ec '
    status=0
    answer || status=$?
    test $status = 42
    ! command -v gcc && ! command -v make
    test ! -e /etc/issue
    test "$(stat -c %a /opt/private /etc/issue.net | tr "\n" " ")" = "700 600 "
    test "$(readlink /opt/link)" = private
    grep -qx more /usr/share/build-essential/list
    grep moo /opt/private/moo
    tig --version && git --version && figlet hello
    test -z "$(dpkg --audit)" && apt-get check
    dpkg-query -W tig git figlet
    ! dpkg-query -W build-essential gcc
    ldconfig -p | grep libssl.so.3
    python -c "import bz2, ctypes, curses, lzma, readline, sqlite3, ssl, zlib"
    python -c "import cowsay; print(cowsay.get_output_string(\"cow\", \"x\"))"
    cowsay -t moo
    test -z "$(ls /var/cache/apt/archives/*.deb /root/.cache/pip 2>/dev/null)"
    cat predict.py'
}
it "a smaller CUDA image has what commands made on the devel image" \
  small_flavour
