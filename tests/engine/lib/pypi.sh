# Real packages: an index on loopback that hands on the one this machine's pip
# uses, and keeps what it got in the cache. Nothing of pip's settings is written
# into the project.

PYPI_KEPT=$COGFE_CACHE/wheels

# pypi_setting VARIABLE NAME: what pip is told here by a variable, or by a file.
pypi_setting() {
  if [ -n "${!1:-}" ]; then
    echo "${!1}"
  else
    pip config get "global.$2" 2>/dev/null
  fi
}

# pypi_index: where the packages come from, and with which certificates.
pypi_index() {
  pypi_setting PIP_INDEX_URL index-url || echo https://pypi.org/simple # pip's own
}

pypi_certificates() {
  pypi_setting PIP_CERT cert || echo /etc/ssl/certs/ca-certificates.crt
}

# pypi_reachable NAME: whether the index has a project, or has had it.
pypi_reachable() {
  [ -e "$PYPI_KEPT/pages/$1" ] || curl -fsL --max-time 60 -o /dev/null \
    --cacert "$(pypi_certificates)" "$(pypi_index)/$1/"
}

# pypi_start: starts the index; PYPI is its address.
pypi_start() {
  local i port_file=$RUN_DIR/pypi.port
  mkdir -p "$PYPI_KEPT"
  spawn "$LOG_DIR/$ENGINE/pypi.log" "$COGFE_PYTHON" -B \
    "$ENGINE_TESTS/servers/pypi.py" "$port_file" "$PYPI_KEPT" \
    "$(pypi_index)" "$(pypi_certificates)"
  at_exit stop_process "$SPAWNED"
  for ((i = 0; i < 100; i++)); do
    if [ -e "$port_file" ]; then
      PYPI=http://127.0.0.1:$(cat "$port_file")
      return
    fi
    sleep 0.1
  done
  show_tail "$LOG_DIR/$ENGINE/pypi.log" "the index"
  die "the index does not start"
}
