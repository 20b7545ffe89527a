# The servers on loopback: an index of Python packages, files, git.
#
# servers_start sets SERVER, their address, and the directories they serve:
#   SETS/NAME/      texts whose requirements SERVER/any/NAME/simple answers
#   WWW/PATH        SERVER/files/PATH
#   GIT/NAME.git    SERVER/git/NAME.git
#   any of them     SERVER/private/…, for who has the PASSWORD of serve.py
# PYTORCH is the address where the same process passes for pytorch's index, and
# for tls.example; its certificate is RUN_DIR/tls.crt.
servers_start() {
  local i port_file=$RUN_DIR/server.port logs=$LOG_DIR/$ENGINE
  SETS=$RUN_DIR/sets WWW=$RUN_DIR/www GIT=$RUN_DIR/git
  PYTORCH=127.77.$(($$ / 250 % 250)).$(($$ % 250 + 1)) # of this run alone
  mkdir -p "$SETS" "$WWW" "$GIT" "$logs"
  openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=download.pytorch.org \
    -addext subjectAltName=DNS:download.pytorch.org,DNS:tls.example \
    -keyout "$RUN_DIR/tls.key" -out "$RUN_DIR/tls.crt" \
    >"$logs/openssl.log" 2>&1 || die "openssl cannot make a certificate"
  cat "$RUN_DIR/tls.key" "$RUN_DIR/tls.crt" >"$RUN_DIR/tls.pem"
  spawn "$logs/server.log" "$COGFE_PYTHON" -B \
    "$ENGINE_TESTS/servers/serve.py" "$port_file" "$WWW" "$GIT" "$SETS" \
    "$PYTORCH" "$RUN_DIR/tls.pem"
  at_exit stop_process "$SPAWNED"
  for ((i = 0; i < 100; i++)); do
    if [ -e "$port_file" ]; then
      SERVER=http://127.0.0.1:$(cat "$port_file")
      return
    fi
    sleep 0.1
  done
  show_tail "$logs/server.log" "the servers"
  die "the servers do not start"
}

# git_repository NAME DIR: NAME.git, a bare repository whose branch main has
# one commit with what is in DIR.
git_repository() {
  local git=(env GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
    GIT_DIR="$GIT/$1.git" git -c user.name=tests -c user.email=tests@localhost)
  rm -rf "$GIT/$1.git" &&
    "${git[@]}" init --quiet --bare --initial-branch=main "$GIT/$1.git" &&
    "${git[@]}" --work-tree="$2" add --all --force &&
    "${git[@]}" --work-tree="$2" commit --quiet --message="$1"
}
