# A registry on loopback, which every engine speaks plain HTTP to.

# registry_start: starts an empty registry for the case that calls it; it ends
# with the case. REGISTRY is its address, REGISTRY_DIR what it stores.
registry_start() {
  local i port
  REGISTRY_DIR=$CASE_DIR/registry
  mkdir -p "$REGISTRY_DIR"
  port=$("$COGFE_PYTHON" -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])')
  REGISTRY=127.0.0.1:$port
  cat >registry.yml <<EOF_CONFIG
version: 0.1
log: {level: error}
storage: {filesystem: {rootdirectory: $REGISTRY_DIR}}
http: {addr: "$REGISTRY"}
EOF_CONFIG
  spawn "$CASE_DIR/registry.log" docker-registry serve "$CASE_DIR/registry.yml"
  for ((i = 0; i < 100; i++)); do
    curl -fs "http://$REGISTRY/v2/" >/dev/null && return
    sleep 0.1
  done
  fail "the registry does not start: $(tail -n 1 registry.log)"
}

# registry_bytes: what it stores by now.
registry_bytes() {
  du --summarize --apparent-size --bytes "$REGISTRY_DIR" | cut -f 1
}

# push IMAGE: pushes it; PUSHED is how many bytes the registry had to store.
push() {
  local before name=$REGISTRY/${1%%:*}
  before=$(registry_bytes)
  docker tag "$1" "$name"
  docker push "$name"
  PUSHED=$(($(registry_bytes) - before))
}
