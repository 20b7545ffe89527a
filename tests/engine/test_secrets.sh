# Secrets, the ssh agent and certificates: they reach the steps that need them,
# and nothing else.

PASSWORD=pw-7f3a91 # serve.py's
SECRETS=("$PASSWORD" "$(printf 'reader:%s' "$PASSWORD" | base64)" in-the-item-52
  BEGIN.OPENSSH.PRIVATE)

# secrets_example PACKAGE...: a model without the SDK.
secrets_example() {
  mkdir context
  cat >context/cog.yaml <<EOF
# syntax=$FRONTEND
build:
  python_version: "3.11"
  python_packages: [$(IFS=, && echo "$*")]
  run:
    - echo ran
EOF
}

# secrets_build IMAGE ARG...
secrets_build() {
  local image=$1
  shift
  build -f context/cog.yaml -t "$image" --build-arg COG_SDK=off "$@" context
}

# secrets_deps IMAGE ARG...: no more than the packages, made anew.
secrets_deps() {
  secrets_build "$@" --target deps --no-cache
}

# private PATH: the address of PATH on the server, with the password in it.
private() {
  echo "http://reader:$PASSWORD@${SERVER#http://}/private/$1"
}

# holds_no_secret IMAGE: looks through every layer, every config and what was
# printed.
holds_no_secret() {
  local secret
  docker save --output image.tar "$1"
  mkdir -p image
  tar -xf image.tar -C image
  docker history --no-trunc "$1" >image/history
  docker inspect "$1" >image/inspect
  cp out image/out
  # Layers are tars, compressed ones too.
  find image -type f -exec sh -c 'tar -xOf "$1" >"$1.unpacked" 2>/dev/null ||
    rm -f "$1.unpacked"' - {} \;
  for secret in "${SECRETS[@]}"; do
    ! grep -rlaF -- "$secret" image || fail "$1 holds $secret"
  done
  rm -rf image image.tar
}

index_url() {
  secrets_example cowsay==6.1
  echo "$(private simple)" >url # with a line feed, as people make it
  # The package and the SDK.
  INDEX=http://127.0.0.1:9/ build -f context/cog.yaml -t secrets-url \
    --no-cache --secret id=pip-index-url,src=url context
  in_image secrets-url cowsay -t moo
  in_image secrets-url sh -c 'python -c "import cog" &&
    test ! -e /run/secrets/PIP_INDEX_URL'
  holds_no_secret secrets-url
  # Without it the argument holds.
  secrets_deps secrets-argument
  in_image secrets-argument test -x /dep/bin/cowsay
}
it "secrets: the URL of an index" index_url

# To pip an empty variable is none, and the public index is asked.
empty_secret() {
  secrets_example cowsay==6.1
  echo >url
  build_fails -f context/cog.yaml --no-cache \
    --secret id=pip-index-url,src=url context
  shows "the secret pip-index-url is empty"
}
it "reported: an empty secret is an error" empty_secret

pip_configuration() {
  secrets_example cowsay==6.1
  printf '[global]\nindex-url = %s\n' "$(private simple)" >pip.conf
  # PIP_INDEX_URL, which build() gives, would go before it.
  timeout 600 "${ENGINE_CLIENT[@]}" build --network=host --progress=plain \
    --no-cache -f context/cog.yaml -t secrets-conf --target deps \
    --secret id=pip.conf,src=pip.conf context 2>&1 | tee out
  in_image secrets-conf test -x /dep/bin/cowsay
  in_image secrets-conf test ! -e /etc/pip.conf
  holds_no_secret secrets-conf
}
it "secrets: pip.conf" pip_configuration

netrc() {
  secrets_example cowsay==6.1
  echo "machine 127.0.0.1 login reader password $PASSWORD" >netrc
  INDEX=$SERVER/private/simple secrets_deps secrets-netrc \
    --secret id=netrc,src=netrc
  in_image secrets-netrc test -x /dep/bin/cowsay
  in_image secrets-netrc test ! -e /root/.netrc
  holds_no_secret secrets-netrc
  INDEX=$SERVER/private/simple build_fails -f context/cog.yaml --no-cache \
    --target deps context
  shows "cog.yaml:4" "401"
}
it "secrets: netrc, and an error without it" netrc

of_an_item() {
  secrets_example
  sed -i '/run:/,$d' context/cog.yaml
  cat >>context/cog.yaml <<'EOF'
  run:
    - command: printf %s "$TOKEN" | sha256sum >/sum
      mounts:
        - {type: secret, id: token, env: TOKEN}
EOF
  local sum
  printf %s in-the-item-52 >token
  sum=$(sha256sum <token)
  secrets_build secrets-item --secret id=token,src=token
  same "sum of the variable" "$sum" "$(in_image secrets-item cat /sum)"
  holds_no_secret secrets-item
  # The engine does not see that a secret is another one.
  printf another >token
  secrets_build secrets-cached --secret id=token,src=token
  same "sum of a cached step" "$sum" "$(in_image secrets-cached cat /sum)"
  secrets_build secrets-hash --secret id=token,src=token \
    --build-arg "COG_SECRETS_HASH=$(sha256sum <token | cut -c 1-16)"
  same "sum of another secret" "$(sha256sum <token)" \
    "$(in_image secrets-hash cat /sum)"
  # And what looks for secrets finds one.
  sed -i 's/| sha256sum >/>/' context/cog.yaml
  printf %s in-the-item-52 >token
  secrets_build secrets-leak --secret id=token,src=token
  (holds_no_secret secrets-leak) && fail "a secret in a layer is not found"
  true
}
it "secrets: a variable of a run item, and COG_SECRETS_HASH" of_an_item

# An archive of Debian packages with one package, behind https.
secrets_archive() {
  local dir=$WWW/archive deb=cog-greeting_1.0_all.deb
  mkdir -p package/DEBIAN package/usr/share "$dir"
  echo hello >package/usr/share/cog-greeting
  cat >package/DEBIAN/control <<'EOF'
Package: cog-greeting
Version: 1.0
Architecture: all
Maintainer: tests <tests@localhost>
Description: a package of the tests
EOF
  dpkg-deb --build --root-owner-group package "$dir/$deb"
  {
    cat package/DEBIAN/control
    echo "Filename: ./$deb"
    echo "Size: $(stat -c %s "$dir/$deb")"
    echo "SHA256: $(sha256sum "$dir/$deb" | cut -d ' ' -f 1)"
  } >"$dir/Packages"
}

certificates() {
  secrets_archive
  echo 'deb [trusted=yes] https://tls.example/files/archive ./' >tls.list
  printf 'FROM python:3.11-slim\nCOPY tls.list /etc/apt/sources.list.d/\n' |
    docker build -t secrets-tls:test -f - .
  echo fetched >"$WWW/fetched"
  secrets_example cowsay==6.1
  cat >>context/cog.yaml <<'EOF'
    - curl -sSf https://tls.example/files/fetched -o /fetched
    - python -c "import urllib.request as u;
      u.urlopen('https://tls.example/files/fetched')"
  system_packages: [cog-greeting]
EOF
  INDEX=https://tls.example/simple secrets_build secrets-tls --no-cache \
    --add-host "tls.example:$PYTORCH" \
    --build-arg COG_BASE_IMAGE=secrets-tls:test \
    --build-arg COG_CA_SECRET=company --secret "id=company,src=$RUN_DIR/tls.crt"
  same fetched fetched "$(in_image secrets-tls cat /fetched)"
  in_image secrets-tls cat /usr/share/cog-greeting
  in_image secrets-tls cowsay -t moo
  SECRETS=("$(sed -n 2p "$RUN_DIR/tls.crt")" cog-ca.pem)
  holds_no_secret secrets-tls
  # Without it none of them works, and a secret that is missing is an error.
  INDEX=https://tls.example/simple build_fails -f context/cog.yaml \
    --add-host "tls.example:$PYTORCH" --build-arg COG_SDK=off --target deps \
    --no-cache context
  shows CERTIFICATE_VERIFY_FAILED
  build_fails -f context/cog.yaml --build-arg COG_SDK=off \
    --build-arg COG_CA_SECRET=company context
  shows company "not found"
}
it "secrets: certificates for apt, pip, curl and Python" certificates

# secrets_git_server: a container that serves /tool.git by ssh, on SSH_PORT; its
# image is the deps image with an ssh client, which docker's own has.
secrets_git_server() {
  mkdir -p tool ssh
  cat >tool/setup.py <<'EOF'
from setuptools import setup
setup(name="tool", version="1.0", py_modules=["tool"])
EOF
  echo 'NAME = "from git"' >tool/tool.py
  git_repository tool tool
  cp -r "$GIT/tool.git" .
  ssh-keygen -q -t ed25519 -N '' -f ssh/host
  ssh-keygen -q -t ed25519 -N '' -f ssh/user
  SSH_PORT=$("$COGFE_PYTHON" -c 'import socket
s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  cat >Dockerfile <<'EOF'
FROM python:3.11
RUN apt-get update -qq && apt-get install -qqy --no-install-recommends \
    openssh-client openssh-server
RUN python -m pip --version && mkdir -p /run/sshd
COPY tool.git /tool.git
COPY ssh/user.pub /root/.ssh/authorized_keys
COPY ssh/host /host
RUN git config --system safe.directory '*'
EOF
  docker build --network=host -t secrets-git:test .
  docker rm --force secrets-git 2>/dev/null || true
  docker run --detach --name secrets-git --network=host secrets-git:test \
    sh -c "chmod 600 /host /root/.ssh/authorized_keys && exec /usr/sbin/sshd \
    -D -e -h /host -o ListenAddress=127.0.0.1:$SSH_PORT -o UsePAM=no"
}

git_by_ssh() {
  secrets_git_server
  secrets_example '"git+ssh://root@127.0.0.1:'"$SSH_PORT"'/tool.git"'
  eval "$(ssh-agent)" >/dev/null
  trap 'kill "$SSH_AGENT_PID"; docker rm --force secrets-git' EXIT
  ssh-add -q ssh/user
  echo "[127.0.0.1]:$SSH_PORT $(cut -d ' ' -f 1-2 ssh/host.pub)" >known_hosts
  build_fails -f context/cog.yaml --build-arg COG_SDK=off --target deps \
    --build-arg COG_DEPS_IMAGE=secrets-git:test --ssh default context
  shows "Host key verification failed"
  secrets_deps secrets-ssh --build-arg COG_DEPS_IMAGE=secrets-git:test \
    --ssh default --secret id=known_hosts,src=known_hosts
  in_image secrets-ssh grep -r "from git" /dep/lib
  holds_no_secret secrets-ssh
  build_fails -f context/cog.yaml --build-arg COG_SDK=off --target deps \
    --no-cache --build-arg COG_DEPS_IMAGE=secrets-git:test context
  shows key default "cog.yaml:4"
}
it "secrets: a requirement by git+ssh" git_by_ssh

provenance() {
  [ "$ENGINE" = 26.1-containerd ] || [ "$ENGINE" = sid ] ||
    skip "this engine makes no attestations"
  secrets_example cowsay==6.1
  echo "$(private simple)" >url
  INDEX=http://127.0.0.1:9/ build -f context/cog.yaml --no-cache \
    --build-arg COG_SDK=off --provenance=mode=max -o type=oci,dest=image.tar \
    --secret id=pip-index-url,src=url context
  mkdir image
  tar -xf image.tar -C image
  grep -rlF slsa.dev/provenance image
  local secret
  for secret in "${SECRETS[@]}"; do
    ! grep -rlaF -- "$secret" image || fail "the attestation holds $secret"
  done
}
it "secrets: what an attestation says" provenance
