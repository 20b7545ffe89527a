# Caches that leave the builder and come back to an empty one.

# steps_are_cached: every step of the last build was taken from a cache. The
# lines of plain progress are `#7 [deps 2/3] pip install …`, then `#7 CACHED`.
steps_are_cached() {
  "$COGFE_PYTHON" -c '
import re
steps, cached = {}, set()
for line in open("out"):
    if m := re.match(r"#(\d+) \[(?!internal\]|context )[^]]+\] (.*)", line):
        steps.setdefault(m[1], m[2])
    elif m := re.match(r"#(\d+) CACHED", line):
        cached.add(m[1])
fresh = [s for n, s in steps.items() if n not in cached]
assert steps and not fresh, fresh
print(len(steps), "steps, all from the cache")'
}

# and_back IMAGE TO FROM: builds with --cache-to TO, forgets all that the builder
# has made, and builds again with --cache-from FROM.
and_back() {
  build -f context/cog.yaml -t "$1" --cache-to "$2" context
  forget "$1"
  build -f context/cog.yaml -t "$1" --cache-from "$3" context
  steps_are_cached
}

forget() {
  docker image rm --force "$1"
  docker builder prune --all --force
}

exports_needed() {
  case $ENGINE in
  20.10 | 26.1-graph) skip "its docker driver exports inline caches alone" ;;
  esac
}

local_cache() {
  exports_needed
  example context
  and_back cache-local "type=local,dest=cache,mode=max" "type=local,src=cache"
}
it "--cache-to type=local and back" local_cache
