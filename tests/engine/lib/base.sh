# Shared by every engine test: messages, the cache, starting and stopping
# processes, cleaning up. Sourced by bash; everything here needs root.
#
# COGFE_CACHE holds what is expensive to make and outlives a run. Whatever
# stands in it is complete (made beside its place, then renamed) and may be
# deleted at any time. COGFE_CACHE/run/NAME.PID is the state of one run: it
# goes when the run ends, and a run that was killed is swept up by the next.

COGFE_CACHE=${COGFE_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/cog-frontend}
COGFE_PYTHON=/usr/bin/python3 # Debian's; another one may be first on PATH

say() {
  printf '%s\n' "$*" >&2
}

die() {
  say "error: $*"
  exit 1
}

# show_tail FILE TITLE: the end of a log, for a person who looks for a cause.
show_tail() {
  say "--- ${2:-$1} (last lines)"
  tail -n "${COGFE_TAIL:-30}" "$1" >&2
  say "---"
}

# --- the end of a run --------------------------------------------------------

AT_EXIT=()

# at_exit COMMAND ARG...: runs it when the script ends, last given first.
at_exit() {
  local words
  printf -v words '%q ' "$@"
  AT_EXIT+=("$words")
}

# A process of this shell that is killed before it has become its command still
# has the shell's traps: the end of the run is not for it.
run_at_exit() {
  local status=$? i
  trap - EXIT
  [ "$BASHPID" = $$ ] || exit "$status"
  trap '' INT TERM HUP
  for ((i = ${#AT_EXIT[@]} - 1; i >= 0; i--)); do
    eval "${AT_EXIT[i]}"
  done
  exit "$status"
}

# process_id PID: PID and its start time, which no later process can share;
# nothing when there is no such process.
process_id() {
  local stat
  read -r stat 2>/dev/null <"/proc/$1/stat" || return 0
  set -- "$1" ${stat##*)}
  echo "$1 ${21}"
}

# sweep: removes what killed runs left behind. The owner's file goes last, so
# that a sweep which is killed itself is done again.
sweep() {
  local owner dir
  for owner in "$COGFE_CACHE"/run/*.owner; do
    [ -e "$owner" ] || continue
    dir=${owner%.owner}
    [ "$(cat "$owner")" = "$(process_id "${dir##*.}")" ] && continue
    remove_cgroups "${dir##*.}"
    remove_bridge "${dir##*.}"
    rm -rf --one-file-system "$dir" && rm -f "$owner"
  done
}

# remove_cgroups PID: removes the control groups that a run's engines made.
# They are empty once the engines are gone.
remove_cgroups() {
  find /sys/fs/cgroup -depth -type d -path "*/cogfe.$1*" \
    -exec rmdir {} + 2>/dev/null
  return 0
}

# run_begin NAME: makes RUN_DIR, the state directory of this run.
run_begin() {
  [ "$(id -u)" = 0 ] || die "must be run as root"
  mkdir -p "$COGFE_CACHE/run"
  sweep
  RUN_DIR=$COGFE_CACHE/run/$1.$$
  process_id $$ >"$RUN_DIR.owner"
  mkdir -p "$RUN_DIR"
  trap run_at_exit EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  at_exit run_end
}

# remove_bridge PID: removes the bridge that a run's engines had.
remove_bridge() {
  [ ! -e "/sys/class/net/cogfe$1" ] || ip link delete "cogfe$1"
}

run_end() {
  remove_cgroups $$
  remove_bridge $$
  rm -rf --one-file-system "$RUN_DIR" && rm -f "$RUN_DIR.owner"
}

# spawn LOG COMMAND ARG...: starts COMMAND in the background; SPAWNED is its
# pid. The kernel kills it when this shell dies, however that happens.
spawn() {
  local log=$1
  shift
  setpriv --pdeathsig KILL "$@" >"$log" 2>&1 </dev/null &
  SPAWNED=$!
}

# stop_process PID [SIGNALLED]: asks SIGNALLED (else PID) to end, and kills
# PID, a child of this shell, when that has not ended it within 10 s.
stop_process() {
  local i
  kill -TERM "${2:-$1}" 2>/dev/null
  for ((i = 0; i < 100; i++)); do
    kill -0 "$1" 2>/dev/null || break
    sleep 0.1
  done
  kill -KILL "$1" 2>/dev/null
  wait "$1" 2>/dev/null
  return 0
}

# stop_tree PID: kills a process, which starts no more, and all below it.
stop_tree() {
  local child
  kill -STOP "$1" 2>/dev/null || return 0
  for child in $(cat /proc/"$1"/task/*/children 2>/dev/null); do
    stop_tree "$child"
  done
  kill -KILL "$1" 2>/dev/null
}

# --- the cache ---------------------------------------------------------------

# cached NAME BUILDER: the path of NAME in the cache. When it is not there,
# BUILDER is called with a directory to work in, and makes NAME inside it.
cached() {
  local name=$1 builder=$2 work start=$SECONDS
  [ -e "$COGFE_CACHE/$name" ] || (
    exec 9>"$COGFE_CACHE/$name.lock" && flock 9
    [ -e "$COGFE_CACHE/$name" ] && exit
    say "making $name (once; kept in $COGFE_CACHE)"
    work=$RUN_DIR/make-$name
    mkdir -p "$work"
    if ! "$builder" "$work" >"$work.log" 2>&1 9>&-; then
      show_tail "$work.log" "making $name"
      exit 1
    fi
    mv -T "$work/$name" "$COGFE_CACHE/$name"
    rm -rf --one-file-system "$work"
    say "made $name in $((SECONDS - start)) s"
  ) || die "cannot make $name"
  echo "$COGFE_CACHE/$name"
}
