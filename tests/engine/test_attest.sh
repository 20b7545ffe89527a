# What the engine attests of an image: what is in it, and how it was made.

# attested ARG...: builds an OCI archive, image.tar. Nothing in it is compressed,
# which is what would take the time.
attested() {
  docker buildx build --progress=plain --network=host \
    --build-arg "PIP_INDEX_URL=$SERVER/simple" \
    -o type=oci,dest=image.tar,compression=uncompressed "$@" 2>&1 | tee out
}

attestations_needed() {
  case $ENGINE in
  20.10) skip "came with BuildKit 0.11" ;;
  26.1-graph) skip "the graph driver stores none" ;;
  esac
}

# scanner_image: `scanner`, which lists the top directory of what it is shown.
# The real one comes from Docker Hub; the protocol is the same.
scanner_image() {
  mkdir scanner
  cat >scanner/scan.sh <<'END'
#!/bin/sh
set -eu
scan() {
  { printf '{"_type":"https://in-toto.io/Statement/v0.1",'
    printf '"predicateType":"https://spdx.dev/Document","predicate":{'
    printf '"spdxVersion":"SPDX-2.3","name":"%s","packages":[' "${1##*/}"
    comma=
    for file in "$1"/*; do
      printf '%s{"name":"%s"}' "$comma" "${file##*/}"
      comma=,
    done
    printf ']}}'
  } >"$BUILDKIT_SCAN_DESTINATION/${1##*/}.spdx.json"
}
scan "$BUILDKIT_SCAN_SOURCE"
for extra in "${BUILDKIT_SCAN_SOURCE_EXTRAS:-/nothing}"/*; do
  [ ! -d "$extra" ] || scan "$extra"
done
END
  printf '%s\n' 'FROM debian:12' 'COPY --chmod=755 scan.sh /' \
    'ENTRYPOINT ["/scan.sh"]' >scanner/Dockerfile
  docker build -t scanner scanner
}

# statements_are PROGRAM: PROGRAM holds in Python, where `sbom` has for each
# platform the names that each scan found, and `made` the predicate of its
# provenance.
statements_are() {
  "$COGFE_PYTHON" -c '
import json, sys, tarfile
tar = tarfile.open("image.tar")

def blob(digest):
    return json.load(tar.extractfile("blobs/" + digest.replace(":", "/")))

def images(index):
    for m in index["manifests"]:
        if "index" in m["mediaType"] or "list" in m["mediaType"]:
            yield from images(blob(m["digest"]))
        else:
            yield m

all = list(images(json.load(tar.extractfile("index.json"))))
platform = {m["digest"]: m["platform"]["architecture"] for m in all}
sbom, made = {}, {}
for m in all:
    of = m.get("annotations", {}).get("vnd.docker.reference.digest")
    for layer in blob(m["digest"])["layers"] if of else []:
        statement = blob(layer["digest"])
        predicate = statement["predicate"]
        if "slsa" in statement["predicateType"]:
            made[platform[of]] = predicate
        else:
            sbom.setdefault(platform[of], {})[predicate["name"]] = [
                p["name"] for p in predicate["packages"]]
'"$1" || fail "the attestations are not what they should be"
}

what_and_how() {
  attestations_needed
  scanner_image
  example context
  attested -f context/cog.yaml context --provenance mode=max \
    --attest type=sbom,generator=scanner
  shows "generating sbom using"
  statements_are '
assert list(sbom) == ["amd64"], sbom
assert list(sbom["amd64"]) == ["sbom"], sbom
assert "src" in sbom["amd64"]["sbom"] and "banner" in sbom["amd64"]["sbom"]
text = json.dumps(made["amd64"])
for part in "python", "3.11-slim", "cog-frontend", "figlet", "cog.yaml":
    assert part in text, part
'
}
it "--sbom and --provenance=mode=max" what_and_how

more_to_scan() {
  attestations_needed
  scanner_image
  example context
  attested -f context/cog.yaml context \
    --attest type=sbom,generator=scanner,WORD=x \
    --build-arg BUILDKIT_SBOM_SCAN_STAGE=1 \
    --build-arg BUILDKIT_SBOM_SCAN_CONTEXT=1
  statements_are '
found = sbom["amd64"]
assert sorted(found) == ["sbom", "sbom-base", "sbom-context", "sbom-deps"]
assert "src" in found["sbom"] and "src" not in found["sbom-base"]
assert "requirements.txt" in found["sbom-deps"]
assert "requirements.txt" not in found["sbom-base"]
assert "predict.py" in found["sbom-context"]
'
  attested -f context/cog.yaml context --attest type=sbom,generator=scanner \
    --build-arg BUILDKIT_SBOM_SCAN_STAGE=deps
  statements_are 'assert sorted(sbom["amd64"]) == ["sbom", "sbom-deps"]'
}
it "--sbom of the targets behind the model and of the context" more_to_scan

# The image for arm64 holds programs for amd64: what runs them is the kernel,
# which does not ask for what platform they were meant.
two_platforms() {
  attestations_needed
  scanner_image
  example context
  printf '%s\n' 'FROM --platform=linux/amd64 python:3.11-slim AS real' \
    'FROM scratch' 'COPY --from=real / /' \
    'ENV PATH=/usr/local/bin:/usr/bin:/bin' >Dockerfile
  docker buildx build --platform linux/amd64,linux/arm64 -t both .
  local arg
  for arg in 0 1; do
    attested -f context/cog.yaml --target deps context \
      --platform linux/amd64,linux/arm64 --provenance mode=max \
      --build-context python:3.11=docker-image://both \
      --attest type=sbom,generator=scanner \
      --build-arg "BUILDKIT_SBOM_SCAN_CONTEXT=$arg"
    statements_are "
assert sorted(sbom) == sorted(made) == ['amd64', 'arm64'], sbom
for found in sbom.values():
    assert 'dep' in found['sbom']
    assert ('sbom-context' in found) == bool($arg)
"
  done
}
it "--sbom and --provenance of two platforms" two_platforms

of_a_dockerfile() {
  attestations_needed
  scanner_image
  example context
  cat >context/Dockerfile <<END
# syntax=$FRONTEND_PUBLISHED
FROM cog-deps AS packages
ARG BUILDKIT_SBOM_SCAN_STAGE=true
RUN mkdir /mine
FROM cog-base
COPY --from=packages /mine /mine
END
  attested context --provenance mode=max --attest type=sbom,generator=scanner
  statements_are '
found = sbom["amd64"]
assert "mine" in found["sbom"] and "dep" not in found["sbom"], found
assert "dep" in found["sbom-packages"], found
assert "cog-base" in json.dumps(made["amd64"])
'
}
it "--sbom of a Dockerfile that goes on from the model" of_a_dockerfile
