# Caches that leave an engine and serve another one.

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

# elsewhere: from here on the case has another engine of the same kind, which
# has the base images and has built nothing.
elsewhere() {
  engine_start "$ENGINE" another
  trap 'set +e; engine_stop' EXIT
  images_load "$IMAGES"
  frontend_load
}

# exports_caches: whether the client has its engine write a cache by itself.
exports_caches() {
  on_engine 26.1-containerd sid
}

# cache_build NAME ARG...
cache_build() {
  build -f context/cog.yaml -t "$1" "${@:2}" context
}

# is_cached NAME FROM: builds it with FROM alone to take steps from.
is_cached() {
  cache_build "$1" --cache-from "$2"
  steps_are_cached
  docker image rm --force "$1"
  docker builder prune --all --force
}

caches_apart() {
  exports_caches || skip "its docker driver exports inline caches alone"
  example context
  registry_start
  cache_build made --cache-to type=local,dest=cache,mode=max
  cache_build made --cache-to "type=registry,ref=$REGISTRY/cache,mode=max"
  elsewhere
  is_cached from-local type=local,src=cache
  is_cached from-registry "type=registry,ref=$REGISTRY/cache"
  # And without a cache there is none.
  cache_build from-nothing
  ! steps_are_cached || fail "the engine was not empty"
}
it "--cache-to type=local and registry, and back on another engine" caches_apart

# In the image itself: every client can ask for it by a build argument, and
# names the image to take steps from.
inline_cache() {
  example context
  registry_start
  cache_build "$REGISTRY/argument" --build-arg BUILDKIT_INLINE_CACHE=1
  docker push "$REGISTRY/argument"
  # Not --push: this client then pushes twice at the same time, and a HEAD of one
  # may meet the registry while it writes the tag for the other.
  if exports_caches; then
    cache_build "$REGISTRY/option" --cache-to type=inline
    docker push "$REGISTRY/option"
  fi
  elsewhere
  is_cached "$REGISTRY/argument" "$REGISTRY/argument"
  ! exports_caches ||
    is_cached "$REGISTRY/option" "type=registry,ref=$REGISTRY/option"
}
it "--cache-to type=inline, and back on another engine" inline_cache
