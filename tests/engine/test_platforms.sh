# Several platforms in one build. Nothing is emulated here: what runs is for
# this machine, and the other platform's steps are files alone.

platforms_need_an_index() {
  [ "$ENGINE" = 26.1-containerd ] || [ "$ENGINE" = sid ] ||
    skip "this store has no images of several platforms"
}

# index_of ARCHIVE: the platforms of the images in an OCI archive, and the
# architecture that the config of each says.
index_of() {
  "$COGFE_PYTHON" - "$1" <<'EOF'
import json
import sys
import tarfile

archive = tarfile.open(sys.argv[1])


def blob(descriptor):
    return json.load(archive.extractfile(
        "blobs/" + descriptor["digest"].replace(":", "/")))


index = json.load(archive.extractfile("index.json"))
while "manifests" in index and "platform" not in index["manifests"][0]:
    index = blob(index["manifests"][0])
for entry in index["manifests"]:
    platform = entry["platform"]
    if platform["os"] != "unknown":
        config = blob(blob(entry)["config"])
        print("/".join(filter(None, (
            platform["os"], platform["architecture"],
            platform.get("variant")))), config["architecture"],
            dict(e.split("=", 1) for e in config["config"]["Env"])
            .get("BASE", "-"))
EOF
}

# platforms_example: a model that needs no packages.
platforms_example() {
  mkdir context
  printf '%s\n' "# syntax=$FRONTEND" 'build: {python_version: "3.11"}' \
    >context/cog.yaml
}

bases_of_their_own() {
  platforms_need_an_index
  platforms_example
  printf 'FROM scratch\nARG TARGETARCH\nENV BASE=$TARGETARCH\nCOPY . /\n' |
    docker build --platform linux/amd64,linux/arm64 -t base-both:test -f - \
      context
  build -f context/cog.yaml --platform linux/amd64,linux/arm64 --target deps \
    --build-arg COG_SDK=off --build-context python:3.11=docker-image://base-both:test \
    -o type=oci,dest=image.tar context
  same index 'linux/amd64 amd64 amd64
linux/arm64 arm64 arm64' "$(index_of image.tar)"
}
it "platforms: an index, each image on a base of its own" bases_of_their_own

texts_for_each() {
  platforms_need_an_index
  platforms_example
  sed -i 's/}/, python_packages: ["torch==2.1.0"]}/' context/cog.yaml
  build -f context/cog.yaml --platform linux/amd64,linux/arm64 \
    --target requirements -o out.d context
  grep -qx 'torch==2.1.0+cpu' out.d/linux_amd64/requirements.txt
  grep -q 'torch==2.1.0' out.d/linux_arm64/requirements.txt
}
it "platforms: files for each" texts_for_each

steps_for_each() {
  platforms_need_an_index
  grep -q ' sse4_2' /proc/cpuinfo || skip "this machine is no x86-64-v2"
  platforms_example
  build -f context/cog.yaml --platform linux/amd64,linux/amd64/v2 \
    --target base -o type=oci,dest=image.tar context
  shows '[linux/amd64 base 1/1] apt-get install 3 packages' \
    '[linux/amd64/v2 base 1/1] apt-get install 3 packages'
  same index 'linux/amd64 amd64 -
linux/amd64/v2 amd64 -' "$(index_of image.tar)"
}
it "platforms: steps that run, for two of this machine" steps_for_each

unknown() {
  platforms_example
  build_fails -f context/cog.yaml --platform linux/amd46 context
  shows amd46
}
it "platforms: one that does not exist" unknown
