# Real projects without a GPU. Their Python packages come from an index that
# has whatever is asked for, so that pip resolves and installs in earnest; a
# Python that there is no stand-in for is replaced by the one there is.

# has_what_it_asks_for IMAGE FACTS: every requirement that Cog hands to pip is
# installed in a version that suits, and its script runs.
has_what_it_asks_for() {
  docker run --rm --interactive --network=none "$1" python - "$2" <<'EOF'
import importlib.metadata
import json
import re
import shutil
import subprocess
import sys

from pip._vendor.packaging.requirements import Requirement

facts = json.loads(sys.argv[1])
for line in facts["requirements"]:
    line = re.sub("(^| )#.*", "", line).strip()
    if not line:
        continue
    wanted = Requirement(line)
    got = importlib.metadata.version(wanted.name)
    print(line, "is", got)
    if wanted.name == "cog":
        continue
    if not wanted.specifier.contains(got, prereleases=True):
        sys.exit("%s does not suit %s" % (got, line))
    script = shutil.which(re.sub("[-_.]+", "-", wanted.name).lower())
    if got not in subprocess.check_output([script], text=True):
        sys.exit("%s says another version" % script)
for package in facts["system_packages"]:
    subprocess.check_call(["dpkg-query", "--show", package])
print("cog is", importlib.metadata.version("cog"))
EOF
}

# builds_case CASE [WORD...]: builds a case; WORDs are run in the image.
builds_case() {
  local name=$1 facts python
  shift
  corpus_case "$name" context
  facts=$(corpus_facts "$name")
  python=$(sed 's/.*"python": "\([^"]*\).*/\1/' <<<"$facts")
  sed -i "1i # syntax=$FRONTEND" context/cog.yaml
  corpus_stand_ins "$python"
  build -f context/cog.yaml -t corpus "${STAND_INS[@]}" context
  has_what_it_asks_for corpus "$facts"
  [ $# = 0 ] || in_image corpus "$@"
}

it "corpus: run items, ranges of versions" \
  builds_case 7MohamedGamal7__HR-ML test -d /src/policies
it "corpus: a requirements file, torch for the CPU" \
  builds_case callaunchpad__carnival__games__adversarial_ml__api
it "corpus: pre_install, torch by find-links, Python 3.8" \
  builds_case minivision-ai__photo2cartoon dlib

if on_engine 26.1-containerd; then
  it "corpus: a requirements file of comments alone" \
    builds_case replicate__cog-examples__hello-context
  it "corpus: system packages, cog among the packages" \
    builds_case orpheus92__cog-examples__object_detection
  it "corpus: development packages" \
    builds_case orpheus92__cog-examples__blur test -e /usr/include/jpeglib.h
  it "corpus: CUDA named without a GPU, pip in a run item" \
    builds_case chenxwh__face-alignment-cog dlib
  it "corpus: torch by an index of its own" \
    builds_case Affog7__Gan-anim
  it "corpus: a range of torch, Python 3.7" \
    builds_case replicate__cog-lightweight-openpose
  it "corpus: a name with a dash, a run item that may fail" \
    builds_case AIminminAI__Huhb3D-Viewer__replicate
  it "corpus: concurrency, Python 3.12" \
    builds_case replicate__cog-examples__hello-concurrency
  it "corpus: a training function" \
    builds_case \
    zsxkib__cog-minimal-example-of-secrets-not-working-with-train \
    test -e /src/train.py
  it "corpus: single quotes" \
    builds_case MarcOedingen__ChatGPT-Code-Detection__app
fi
