# Engines of their own for the tests: started from nothing, reached by the
# functions below, gone with the run.
#
#   engine_start 20.10            Debian 12's dockerd, docker and runc
#   engine_start 26.1-containerd  Debian 13's, with the containerd image store
#   engine_start 26.1-graph       Debian 13's, with the graph driver
#   engine_start sid              Debian sid's, with the containerd image store
#   docker ARG...                 the engine's own client, talking to it
#   engine_stop
#
# Their daemons make no bridge and no firewall rule. A build that needs the
# network uses the machine's: --network=host. For what has to do with the
# default one (a scanner that the engine runs) there is a bridge of the run that
# leads nowhere. Debian sid moves: where its
# engine cannot be had, engine_start says so and fails.

ENGINES=(26.1-containerd 20.10 26.1-graph sid) # longest first
ENGINE_KEEPER=() # words in front of the daemon's own
ENGINE_ROOT_VERSION=3 # raise it when the list of packages changes
ENGINE_ROOT_PACKAGES=(docker.io docker-cli docker-buildx containerd runc
  iptables mount xz-utils ca-certificates git)

# engine_root NAME SUITE: a Debian with docker, a directory of the cache.
engine_root() {
  ENGINE_ROOT=engine-$1-$ENGINE_ROOT_VERSION-$(apt_key) ENGINE_SUITE=$2
  cached "$ENGINE_ROOT" engine_make_root
}

engine_make_root() {
  local root=$1/$ENGINE_ROOT
  debian_root "$ENGINE_SUITE" "$root" "${ENGINE_ROOT_PACKAGES[@]}" &&
    mkdir -p "$root/state" &&
    touch "$root/etc/resolv.conf" "$root/etc/hosts"
}

# engine_debian NAME: the root of an engine that is not the machine's own.
engine_debian() {
  case $1 in
  26.1-*) engine_root 26.1 trixie ;;
  sid) engine_root sid sid ;;
  esac
}

# engine_start NAME [OTHER]: starts the engine and waits for it; ENGINE is NAME,
# ENGINE_DIR its state, ENGINE_LOG the daemon's log, ENGINE_CLIENT the words of
# its client. Fails only when there is no such engine to be had. OTHER is a name
# for one more engine of the kind, in a shell of its own.
engine_start() {
  ENGINE=$1
  ENGINE_DIR=$RUN_DIR/${2:-$ENGINE}
  ENGINE_LOG=$LOG_DIR/$ENGINE/dockerd${2:+-$2}.log
  local root=/ state=$ENGINE_DIR/state containerd=false bin
  case $ENGINE in
  20.10)
    install_packages docker.io iptables || die "no docker"
    bin=/usr/bin
    ;;
  26.1-containerd | 26.1-graph)
    root=$(engine_debian "$ENGINE") || exit
    bin=$root/usr/bin
    [ "$ENGINE" = 26.1-graph ] || containerd=true
    ;;
  sid)
    root=$(engine_debian sid) || return
    bin=$root/usr/bin containerd=true
    ;;
  *) die "no engine $ENGINE; there are ${ENGINES[*]}" ;;
  esac
  mkdir -p "$state" "$ENGINE_DIR/client/cli-plugins" "${ENGINE_LOG%/*}"
  [ ${#state} -lt 70 ] ||
    die "$state is too long a path for a socket: set COGFE_CACHE"
  printf '{"features":{"containerd-snapshotter":%s}}' "$containerd" \
    >"$state/daemon.json"
  # The client is run outside of the root and finds its plugin here.
  ln -sf "$root/usr/libexec/docker/cli-plugins/docker-buildx" \
    "$ENGINE_DIR/client/cli-plugins/docker-buildx"
  ENGINE_CLIENT=(env DOCKER_BUILDKIT=1 "DOCKER_CONFIG=$ENGINE_DIR/client"
    "DOCKER_HOST=unix://$state/docker.sock" "$bin/docker")
  engine_run_daemon "$root" "$state"
}

# engine_bridge: the name of the bridge, made if need be; none where it cannot
# be made.
engine_bridge() {
  local name=cogfe$$ # removed by run_end
  [ -e "/sys/class/net/$name" ] ||
    { ip link add "$name" type bridge &&
      ip addr add "198.18.$(($$ % 256)).1/24" dev "$name" &&
      ip link set "$name" up; } >/dev/null 2>&1 || name=none
  echo "$name"
}

engine_run_daemon() {
  local root=$1 state=$2 inside=/state i
  [ "$root" != / ] || inside=$state
  spawn "$ENGINE_LOG" unshare --mount --pid --fork --kill-child \
    --propagation private "$ENGINE_TESTS/lib/engine_ns.sh" "$state" "$root" \
    "${ENGINE_KEEPER[@]}" /usr/sbin/dockerd --config-file "$inside/daemon.json" \
    --host "unix://$inside/docker.sock" --data-root "$inside/data" \
    --exec-root "$inside/exec" --pidfile "$inside/pid" \
    --cgroup-parent "cogfe.$$" --exec-opt native.cgroupdriver=cgroupfs \
    --bridge="$(engine_bridge)" --ip-forward=false --iptables=false \
    --ip6tables=false
  ENGINE_PID=$SPAWNED
  for ((i = 0; i < 300; i++)); do
    if docker version >"$ENGINE_DIR/version" 2>&1; then
      say "engine $ENGINE is up: $(engine_words)"
      return
    fi
    kill -0 "$ENGINE_PID" 2>/dev/null || break
    sleep 0.2
  done
  show_tail "$ENGINE_LOG" dockerd
  die "engine $ENGINE does not start"
}

# engine_words: the client as a person would type it.
engine_words() {
  printf '%q ' "${ENGINE_CLIENT[@]:1}"
}

docker() {
  "${ENGINE_CLIENT[@]}" "$@"
}

# engine_stop: ends the engine. It is safe to call when none runs.
engine_stop() {
  [ -n "${ENGINE_PID:-}" ] || return 0
  local daemon
  read -r daemon _ 2>/dev/null <"/proc/$ENGINE_PID/task/$ENGINE_PID/children"
  stop_process "$ENGINE_PID" "${daemon:-}"
  ENGINE_PID=
  rm -rf --one-file-system "$ENGINE_DIR/state"
}
