#!/bin/sh
# The app that `fal` writes is Python that runs: with stand-ins for fal, cog and
# pydantic its classes are made, its input is the model's, and its endpoint
# calls the model. Its Dockerfile names by COPY what it needs of the context.
#
# usage: tests/cli/fal.sh PROGRAM
set -eu
program=$(realpath "$1")
cd "$(dirname "$0")/../.."
. tests/lib/cli.sh
cases=$PWD/testdata/cases examples=$PWD/testdata/examples seed=$PWD/../shared/seed
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
unset BUILDKIT_SESSION_ID
mkdir -p stand-ins/fal

cat >stand-ins/cog.py <<'END'
class BasePredictor:
    def setup(self):
        pass

class Secret(str):
    pass

AsyncConcatenateIterator = ConcatenateIterator = list
END
cat >stand-ins/fal/__init__.py <<'END'
class App:
    def __init_subclass__(cls, name, python_version):
        cls.named = name, python_version

def endpoint(path):
    def mark(function):
        function.path = path
        return function
    return mark
END
cat >stand-ins/fal/container.py <<'END'
class ContainerImage:
    @classmethod
    def from_dockerfile(cls, path, context_dir, dockerignore, secrets={}):
        image = cls()
        image.context, image.ignored = str(context_dir), dockerignore
        image.secrets = secrets
        image.text = open(path).read()
        return image
END
cat >stand-ins/fal/exceptions.py <<'END'
class FieldException(Exception):
    pass
END
cat >stand-ins/fal/toolkit.py <<'END'
class DownloadError(Exception):
    pass

def download_file(url, target_dir):
    if url == "gone":
        raise DownloadError("404")
    return "file of " + url

class File(str):
    @classmethod
    def from_path(cls, path):
        return cls("url of " + path)
END
cat >stand-ins/pydantic.py <<'END'
REQUIRED = object()

def Field(default=REQUIRED, **rest):
    return default

class BaseModel:
    def __init__(self, **values):
        for name in getattr(type(self), "__annotations__", {}):
            default = getattr(type(self), name, REQUIRED)
            value = values.pop(name, default)
            assert value is not REQUIRED, name
            setattr(self, name, value)
        assert not values, values
END
cat >run.py <<'END'
"""usage: run.py APP INPUT: makes the app, calls its endpoint, prints."""
import asyncio, importlib.util, inspect, sys
sys.path.insert(0, "stand-ins")
spec = importlib.util.spec_from_file_location("fal_app", sys.argv[1])
app = importlib.util.module_from_spec(spec)
spec.loader.exec_module(app)
class Predictor:
    def setup(self):
        if sys.argv[3:] == ["async"]:
            return asyncio.sleep(0)
    def predict(self, **given):
        print(given)
        if sys.argv[3:] == ["stream"]:
            async def stream():
                yield "a"
                yield "b"
            return stream()
        return ["out"]
    def __call__(self, **given):
        return self.predict(**given)
for name in ("predict", "models", "models.predict", "my-model"):
    module = type(sys)(name)
    module.Predictor, module.greet = Predictor, Predictor()
    sys.modules[name] = module
async def main():
    model = app.Model()
    print(model.machine_type, type(model).predict.path)
    for call in (model.setup, lambda: model.predict(app.Input(**eval(sys.argv[2])))):
        answer = call()
        if inspect.isawaitable(answer):
            answer = await answer
    print(vars(answer))
asyncio.run(main())
END
# What fal's client finds: COPY and ADD that are not from a stage.
# Source: fal projects/fal/src/fal/container.py DockerfileParser (2026-08).
cat >found.py <<'END'
import re, sys
text = re.sub(r"\\\n\s*", " ", open(sys.argv[1]).read())
for match in re.finditer(r"^(COPY|ADD)\s+(.+?)(?:\s*\\)?$", text, re.M | re.I):
    if not re.match("--from=", match[2], re.I):
        print(match[2])
END

app() {
  "$program" fal "$1" -o out --force --platform linux/amd64 2>err || {
    cat err
    failed=1
  }
  python3 -m py_compile out/fal_app.py || failed=1
  cp "$1/cog.yaml" out/
  ! grep -E '^(EXPOSE|CMD|ENTRYPOINT|COPY \.)|heredoc|<<' out/Dockerfile || failed=1
}

app "$examples/hello"
is hello "$(python3 run.py out/fal_app.py '{}')" "L /
{'name': 'world'}
{'output': ['out']}"
is "hello: COPY" "$(python3 found.py out/Dockerfile)" ""

app "$cases/fal-class"
is "a class" "$(python3 run.py out/fal_app.py \
  '{"images": ["x", "y"], "image": "z", "token": "t", "custom": 1}' async)" \
  "GPU-A100 /
{'prompt': 'a \"photo\" of an\\nastronaut', 'image': 'file of z', 'images': ['file of x', 'file of y'], 'token': 't', 'size': '768', 'scheduler': 'K_EULER', 'steps': 50, 'scale': 7.5, 'seed': None, 'custom': 1, 'flag': False}
{'output': ['url of out']}"

app "$cases/fal-function"
is "a function" "$(python3 run.py out/fal_app.py '{"name": "x"}')" "L /
{'name': 'x', 'language': 'en', 'times': 1}
{'output': ['out']}"

app "$cases/fal-stream"
is "a stream" \
  "$(python3 run.py out/fal_app.py '{"prompt": "p", "keys": ["k"]}' stream)" "L /
{'prompt': 'p', 'pattern': '[a-z]', 'keys': ['k']}
{'output': 'ab'}"

for case in fal-stub fal-unreadable; do
  app "$cases/$case"
  is "$case" "$(python3 run.py out/fal_app.py '{}' 2>&1 | tail -n 1)" \
    NotImplementedError
done

app "$cases/fal-files"
cp -R "$cases/fal-files" .
"$program" fal fal-files -o out --force \
  --build-arg COG_WHEEL=wheels/cog-0.16.12-py3-none-any.whl
is "files of the context" "$(python3 found.py out/Dockerfile)" \
  "wheels/cog-0.16.12-py3-none-any.whl /tmp/cog-wheel/cog-0.16.12-py3-none-any.whl
wheels /wheels.mount
[\"my-\\u002ddata\", \"/data/my-\\u002dmodel.mount\"]
[\"with space\", \"/other.mount\"]"
printf '*\n!wheels\n*.log\n**/tmp\n' >fal-files/.dockerignore
"$program" fal fal-files -o fal-files/app \
  --build-arg COG_WHEEL=wheels/cog-0.16.12-py3-none-any.whl
cat >what.py <<'END'
import importlib.util, os, sys
sys.path.insert(0, "stand-ins")
os.environ["HF_TOKEN"] = "t"
spec = importlib.util.spec_from_file_location("fal_app", "fal-files/app/fal_app.py")
app = importlib.util.module_from_spec(spec)
spec.loader.exec_module(app)
image = app.Model.image
print(app.Model.named, app.Model.max_multiplexing)
print(image.context == os.path.realpath("fal-files"), image.ignored, image.secrets)
END
is "the context of an image" "$(python3 what.py)" \
  "('fal-files', '3.11') 4
True ['/*.log', '/**/tmp'] {'hf-token': 't', 'NETRC': ''}"
sed -i '1i image: reg.example/me/My_Model:v1' fal-files/cog.yaml
"$program" fal fal-files -o fal-files/app --force
is "the image names the app" "$(python3 what.py | head -n 1)" \
  "('my-model', '3.11') 4"
printf 'import sys\nsys.path.insert(0, "stand-ins")\nimport out.fal_app as app\n' >gone.py
"$program" fal "$cases/fal-class" -o out --force
cat >>gone.py <<'END'
try:
    app.fetch("gone", "image")
except app.FieldException as e:
    print(e.args)
END
is "a file that is not there" "$(python3 gone.py)" "('image', '404')"

for case in "$cases"/*; do
  [ ! -s "$case/want.plan" ] && [ ! -s "$case/want.fal" ] && continue
  "$program" fal "$case" -o "every-${case##*/}" --platform linux/amd64 2>err ||
    grep -q error: err || failed=1
done
ls every-*/fal_app.py >every
[ "$(wc -l <every)" -gt 20 ] || is "number of cases" "$(cat every)" many
xargs python3 -m py_compile <every || failed=1

if [ -e "$seed/cog.yaml" ]; then
  app "$seed"
  is "seed: COPY" "$(python3 found.py out/Dockerfile)" ""
else
  echo "skip: no ../shared/seed"
fi
exit "$failed"
