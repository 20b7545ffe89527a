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

# and_back IMAGE FROM ARG...: builds with ARGs, forgets all that the builder has
# made, and builds again with --cache-from FROM.
and_back() {
  local image=$1 from=$2
  shift 2
  build -f context/cog.yaml -t "$image" "$@" context
  forget "$image"
  build -f context/cog.yaml -t "$image" --cache-from "$from" context
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
  and_back cache-local "type=local,src=cache" \
    --cache-to "type=local,dest=cache,mode=max"
}
it "--cache-to type=local and back" local_cache

registry_cache() {
  exports_needed
  example context
  registry_start
  and_back cache-registry "type=registry,ref=$REGISTRY/cache" \
    --cache-to "type=registry,ref=$REGISTRY/cache,mode=max"
}
it "--cache-to type=registry and back" registry_cache

inline_cache() {
  example context
  registry_start
  and_back "$REGISTRY/model" "type=registry,ref=$REGISTRY/model" \
    --cache-to type=inline --push
}
on_engine 26.1-containerd sid &&
  it "--cache-to type=inline and back" inline_cache

# The last, with the images of the others still there.
emptied() {
  example context
  build -f context/cog.yaml -t cache-none context
  forget cache-none
  build -f context/cog.yaml -t cache-none context
  ! steps_are_cached || fail "the builder was not empty"
}
it "a builder that was emptied has no step in its cache" emptied
