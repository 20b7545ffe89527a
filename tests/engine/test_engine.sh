# The engine, the stand-in base images, apt and the index, without the
# frontend: when a case here fails, the frontend is not the cause.

builds_by_hand() {
  cat >Dockerfile <<'EOF'
FROM python:3.11 AS deps
ARG PIP_INDEX_URL
RUN --mount=type=cache,target=/root/.cache/pip \
  pip install --prefix=/dep cowsay==6.1

FROM python:3.11-slim
RUN --mount=type=cache,target=/var/lib/apt/lists \
  apt-get update && \
  apt-get install -y --no-install-recommends tini curl ca-certificates && \
  ln -s /usr/bin/tini /sbin/tini
COPY --from=deps /dep /usr/local
ENTRYPOINT ["/sbin/tini", "--"]
EOF
  build -t by-hand .
  in_image by-hand python -c \
    'import cowsay, ssl, sqlite3, lzma, ctypes, readline; print(cowsay)'
  in_image by-hand cowsay -t moo | grep -qF '< moo >'
  in_image by-hand sh -c 'curl --version && cat /proc/1/comm' | grep -qx tini
}
it "builds by hand what the frontend will build" builds_by_hand

fetches_contexts() {
  mkdir context
  printf 'FROM scratch\nCOPY text /\n' >context/Dockerfile
  echo moo >context/text
  tar -C context -cf "$WWW/context.tar" .
  git_repository context context
  build "$SERVER/files/context.tar"
  build "$SERVER/git/context.git#main"
  tar -C context -c . | build -
}
it "fetches contexts from the servers" fetches_contexts
