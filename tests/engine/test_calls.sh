# `docker build --call=…`: questions answered by the frontend and printed by a
# client that knows them. Nothing is pulled and no step is run for an answer.

# call WHAT ARG...: asks; the answer is in the file `out`, the progress in
# `progress`. buildx has --call since 0.15.
call() {
  [ "$ENGINE" = sid ] || skip "its client has no --call"
  local what=$1
  shift
  docker buildx build --progress=plain "--call=$what" "$@" \
    >out 2>progress || { cat out progress && return 1; }
  cat out progress
  asks_for_nothing
}

# call_fails WHAT ARG...: the same, for an answer with which the client fails.
call_fails() {
  local status=0
  (call "$@") || status=$?
  [ "$status" != 77 ] || exit 77
  [ "$status" != 0 ] || fail "the question was answered with success"
}

# asks_for_nothing: the last question loaded the files that it reads, and did
# nothing else.
asks_for_nothing() {
  ! grep -E '^#[0-9]+ (\[[^i]|\[internal\] (load metadata|image)|RUN)' \
    progress || fail "an answer made the engine work"
}

# answer_is PROGRAM: PROGRAM, with the answer in `a`, holds in Python.
answer_is() {
  "$COGFE_PYTHON" -c "
import json
a = json.load(open('out'))
def row(rows, name):
    return [r for r in rows if r.get('name') == name][0]
$1" || { cat out && fail "the answer is not what it should be"; }
}

# No base image of these is in the store, so pulling one would fail.
config() {
  cp "$EXAMPLE/predict.py" .
  touch predict.py
  cat >cog.yaml <<END
# syntax=$FRONTEND_PUBLISHED
build:
  python_version: "3.12"
  sdk_version: "0.16.12"
  python_packages: ["six==1.16.0"]
  run:
    - command: make models
      mounts:
        - {type: secret, id: key, target: /k}
        - {type: ssh}
$(cat)
predict: "predict.py:Predictor"
END
}

outline() {
  config </dev/null
  call outline -f cog.yaml .
  shows "TARGET:      model" "python 3.12 ← python_version (cog.yaml:3)" \
    "COG_SDK_VERSION                         0.16.12"
  call outline,format=json -f cog.yaml .
  answer_is '
sdk = row(a["args"], "COG_SDK_VERSION")
assert sdk["value"] == "0.16.12"
assert sdk["location"]["ranges"][0]["start"]["line"] == 4
assert "Default:" in row(a["args"], "COG_PYENV")["description"]
assert row(a["secrets"], "key") and row(a["secrets"], "pip.conf")
assert [s["name"] for s in a["ssh"]] == ["default"]
assert "base python:3.12-slim" in a["description"]'
  call outline,format=json -f cog.yaml --target deps \
    --build-arg COG_SDK_VERSION=0.16.11 .
  answer_is '
assert a["name"] == "deps" and not a["ssh"]
assert "key" not in [s["name"] for s in a["secrets"]]
assert row(a["args"], "COG_SDK_VERSION")["value"] == "0.16.11"'
}
it "--call=outline: arguments, secrets and what was decided" outline

targets() {
  config </dev/null
  call targets -f cog.yaml .
  shows "model (default) the model with its server" \
    "deps            the Python packages"
  call targets,format=json -f cog.yaml .
  answer_is '
assert a["targets"][0]["name"] == "model" and a["targets"][0]["default"]
assert not row(a["targets"], "base").get("default")
assert all(t["description"] for t in a["targets"])'
}
it "--call=targets: the default first" targets

check() {
  config </dev/null
  call check -f cog.yaml .
  shows "Check complete, no warnings found."
  config <<<'  sistem_packages: [figlet]'
  call_fails check -f cog.yaml .
  shows "WARNING: unknown-key" 'did you mean "system_packages"?' \
    '  11 | >>>   sistem_packages: [figlet]'
  call check,format=json -f cog.yaml \
    --build-arg BUILDKIT_DOCKERFILE_CHECK=skip=unknown-key .
  answer_is 'assert not a["warnings"]'
  call_fails check,format=json -f cog.yaml \
    --build-arg "BUILDKIT_DOCKERFILE_CHECK=error=true" .
  answer_is '
assert a["warnings"][0]["ruleName"] == "unknown-key"
assert a["warnings"][0]["location"]["ranges"][0]["start"]["line"] == 11
assert "warnings are errors" in a["buildError"]["message"]'
}
it "--call=check: warnings at their places" check

check_of_rules() {
  config <<<'environment: [API_TOKEN=hunter22]'
  rm predict.py
  call_fails check -f cog.yaml .
  shows "WARNING: secret-in-environment" "docs/rules/secret-in-environment.md" \
    "WARNING: pointer-missing" "API_TOKEN=********"
  shows_not hunter22
}
it "--call=check: the rules of lint, and nothing secret" check_of_rules

check_of_a_mistake() {
  config <<<'  gpu: maybe'
  call_fails check -f cog.yaml .
  grep -qF '  11 | >>>   gpu: maybe' out progress
  call_fails check,format=json -f cog.yaml .
  answer_is '
error = a["buildError"]
assert "wants true or false" in error["message"]
assert error["location"]["ranges"][0]["start"]["line"] == 11'
}
it "--call=check: a mistake is the build's error" check_of_a_mistake

questions() {
  config </dev/null
  call subrequests.describe -f cog.yaml .
  shows outline lint targets "List all parameters"
  call_fails dance -f cog.yaml .
  cp progress out
  shows 'unsupported request ID "frontend.dance"' \
    "--call can ask for outline, targets and check"
  call_fails outline --target modle -f cog.yaml .
  cp progress out
  shows 'there is no target "modle"' 'did you mean "model"?'
}
it "--call: what can be asked, and what cannot" questions

# The same questions, under the name that they had before buildx 0.15.
print() {
  [ "$ENGINE" != 20.10 ] || skip "its client asks no questions"
  [ "$ENGINE" != sid ] || skip "its client has --call"
  config </dev/null
  BUILDX_EXPERIMENTAL=1 docker buildx build --print=outline -f cog.yaml . \
    2>progress >out
  shows "TARGET:      model" "COG_SDK_VERSION                         0.16.12"
  asks_for_nothing
  BUILDX_EXPERIMENTAL=1 docker buildx build --print=targets -f cog.yaml . \
    2>progress >out
  shows "model (default)" "the model with its server"
  asks_for_nothing
}
it "--print=outline and targets, which buildx had before --call" print

warnings() {
  [ "$ENGINE" != 20.10 ] || skip "came with BuildKit 0.10"
  example context
  sed -i 's/^build:/&\n  gpus: true/' context/cog.yaml
  build -f context/cog.yaml --target base context
  shows 'unknown-key: unknown key "gpus" (cog.yaml:3)'
  # As the client counts: it may also print it once below the step.
  shows "1 warning found"
  docker --debug buildx build --network=host -f context/cog.yaml \
    --target base context 2>out
  shows '3 | >>>   gpus: true' 'did you mean "gpu"?'
}
it "a warning is shown once, with the lines that it is about" warnings

rules() {
  [ "$ENGINE" != 20.10 ] || skip "came with BuildKit 0.10"
  example context
  rm context/predict.py
  sed -i 's/^environment:/&\n  - API_TOKEN=hunter22/' context/cog.yaml
  docker --debug buildx build --network=host -f context/cog.yaml \
    --build-arg "PIP_INDEX_URL=$SERVER/simple" context 2>out
  shows "pointer-missing: there is no predict.py in the build context" \
    "API_TOKEN=********" "docs/rules/secret-in-environment.md"
  shows_not hunter22
}
it "a build warns of what the rules find, and of nothing secret" rules

warnings_as_errors() {
  example context
  sed -i 's/^build:/&\n  gpus: true/' context/cog.yaml
  build_fails -f context/cog.yaml --build-arg COG_STRICT=1 context
  shows 'cog.yaml:3:3: unknown key "gpus"'
  build_fails -f context/cog.yaml context \
    --build-arg BUILDKIT_DOCKERFILE_CHECK=error=true
  shows 'cog.yaml:3:3: unknown key "gpus"'
  build -f context/cog.yaml --target base context \
    --build-arg "BUILDKIT_DOCKERFILE_CHECK=skip=all;error=true"
  shows_not "unknown key"
  build_fails -f context/cog.yaml context \
    --build-arg BUILDKIT_DOCKERFILE_CHECK=everything
  # Newer engines have refused it before the frontend is started.
  grep -E 'CHECK cannot have "everything"|invalid check option "everything"' out
}
it "warnings are errors, or are not, as the build says" warnings_as_errors

wrong_names() {
  example context
  build_fails -f context/cog.yaml --target modle context
  shows 'there is no target "modle"' 'did you mean "model"?' \
    "the targets are "
  if [ "$ENGINE" != 20.10 ]; then
    build_fails -f context/cog.yaml --platform linux/amd46 context
    shows 'the platform cannot be "linux/amd46"' 'did you mean "linux/amd64"?'
  fi
}
it "an unknown target or platform: the nearest name" wrong_names
