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
  # BuildKit 0.8 gives no time to a directory that a copy makes.
  [ "$ENGINE" = 20.10 ] || same "time of a directory" 1700000000 \
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
