# Options about the steps' surroundings, and about time.

limits_example() {
  mkdir context
  cat >context/cog.yaml <<EOF
# syntax=$FRONTEND
build:
  python_version: "3.11"
  python_packages: [cowsay==6.1]
  run:
    - df -k /dev/shm | tail -n 1 | awk '{print \$2}' >/shm
    - ulimit -Sn >/files && ulimit -Hn >>/files
    - cat /proc/sys/kernel/random/uuid >/stamp
EOF
}

limits_build() {
  local image=$1
  shift
  build -f context/cog.yaml -t "$image" --build-arg COG_SDK=off "$@" context
}

limits() {
  [ "$ENGINE" != 20.10 ] || skip "they came with BuildKit 0.10"
  limits_example
  limits_build limits --shm-size 8m --ulimit nofile=1000:2000
  same "size of /dev/shm" 8192 "$(in_image limits cat /shm)"
  same "open files" "1000
2000" "$(in_image limits cat /files)"
  build_fails -f context/cog.yaml --network=nowhere context
}
it "limits: shared memory and open files" limits

control_group() {
  [ "$ENGINE" != 20.10 ] || skip "it came with BuildKit 0.10"
  [ ! -e /sys/fs/cgroup/cgroup.subtree_control ] ||
    skip "with cgroup v2 a step sees its own group as the top"
  limits_example
  sed -i 's,- df .*,- cat /proc/self/cgroup >/group,' context/cog.yaml
  limits_build group --cgroup-parent "cogfe.$$/of-the-build"
  in_image group grep "/cogfe.$$/of-the-build/" /group
}
it "limits: the control group of the steps" control_group

# files_kept NAMESPACE: KEPT is how many builds of this name space have left a
# file in the cache mount, this one included. Engines empty the mounts of a build
# with --no-cache, so it is the command that differs.
files_kept() {
  sed -i 's/seen.*/& \&\& true/' context/cog.yaml
  limits_build "kept-$1" --build-arg "BUILDKIT_CACHE_MOUNT_NS=$1"
  KEPT=$(in_image "kept-$1" cat /seen)
}

cache_name_spaces() {
  mkdir context
  cat >context/cog.yaml <<EOF
# syntax=$FRONTEND
build:
  python_version: "3.11"
  run:
    - command: mktemp /kept/XXXXXX && ls /kept | wc -l >/seen
      mounts:
        - {type: cache, target: /kept, id: kept-by-a-test}
EOF
  files_kept one
  same "builds of the first team" 1 "$KEPT"
  files_kept one
  same "builds of the first team" 2 "$KEPT"
  files_kept two
  same "builds of the second team" 1 "$KEPT"
}
it "limits: each name space has cache mounts of its own" cache_name_spaces

a_stage_anew() {
  [ "$ENGINE" != 20.10 ] || skip "this client has no --no-cache-filter"
  limits_example
  limits_build limits-before
  limits_build limits-deps --no-cache-filter deps
  shows "Collecting cowsay"
  shows_not "Unpacking tini"
  limits_build limits-model --no-cache-filter model
  shows_not "Collecting cowsay" "Unpacking tini"
  [ "$(in_image limits-before cat /stamp)" != \
    "$(in_image limits-model cat /stamp)" ] || fail "the model is not anew"
}
it "limits: one stage anew" a_stage_anew

epoch() {
  limits_example
  limits_build epoch --build-arg SOURCE_DATE_EPOCH=1700000000
  same created 2023-11-14T22:13:20Z \
    "$(docker inspect --format '{{.Created}}' epoch)"
  same "time of a file" 1700000000 \
    "$(in_image epoch stat -c %Y /src/cog.yaml)"
  # Where layers are not merged, a copy after it changes the directory.
  on_engine 20.10 26.1-graph || same "time of a directory" 1700000000 \
    "$(in_image epoch stat -c %Y /src)"
  docker history --no-trunc --format '{{.CreatedBy}}' epoch |
    grep -F -e 'apt-get install 3 packages (build.system_packages)' \
      -e 'copy packages (build.python_packages)' \
      -e 'pip install 1 package (build.python_packages)' \
      -e 'ulimit -Sn >/files && ulimit -Hn >>/files (build.run)' \
      -e 'WORKDIR /src' >history
  same "entries of the history" 4 "$(wc -l <history)"
}
it "limits: a time for everything, and the history" epoch
