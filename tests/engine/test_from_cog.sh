# A Dockerfile that goes on from the model: FROM cog and its kin.

# dockerfile: the example in `context`, with a Dockerfile of standard input.
dockerfile() {
  [ -e context ] || example context
  { echo "# syntax=$FRONTEND_PUBLISHED" && cat; } >context/Dockerfile
}

# contexts_needed: named contexts came with BuildKit 0.10.
contexts_needed() {
  [ "$ENGINE" != 20.10 ] || skip "its Dockerfile frontend has no contexts"
}

goes_on_from_the_model() {
  contexts_needed
  dockerfile <<'END'
ARG WORDS=nothing

FROM cog-base AS tools
RUN figlet tools > /tools.txt

FROM cog
ARG WORDS
COPY --from=tools /tools.txt /
COPY --from=cog-deps /dep/bin/cowsay /cowsay
RUN --mount=from=cog,target=/model \
  pwd > /where && cowsay -t "$WORDS" > /words && ls /model/src > /model.txt
LABEL mine=1
END
  build -t hatch --build-arg WORDS=moo --label his=2 context
  answers hatch cog.yaml predict.py words.py Dockerfile
  config_is_right hatch
  in_image hatch cat /where /words /model.txt >text
  grep -qx /src text && grep -qF '< moo >' text && grep -qx predict.py text
  in_image hatch head -n 1 /cowsay | grep -qF python
  in_image hatch test -s /tools.txt
  same "labels" "1 2" "$(docker inspect hatch \
    --format '{{.Config.Labels.mine}} {{.Config.Labels.his}}')"
  docker history --no-trunc --format '{{.CreatedBy}}' hatch >text
  grep -q 'COPY /tools.txt' text && grep -q 'figlet hello.*build.run' text
}
it "FROM cog, cog-base, cog-deps, in COPY and RUN --mount too" \
  goes_on_from_the_model

as_in_the_docs() {
  contexts_needed
  example context
  sed -n '/^```dockerfile$/,/^```$/{/^```/d;p}' "$PROJECT/docs/usage.md" \
    >context/Dockerfile
  build -t hatch-readme context
  in_image hatch-readme sh -c 'cat /ready.txt /more.txt' |
    grep -F '< more than cog.yaml says >'
}
it "the Dockerfile of docs/usage.md" as_in_the_docs

its_own_targets() {
  contexts_needed
  dockerfile <<'END'
FROM cog-base AS small
RUN echo small > /small
FROM cog AS big
RUN false
END
  build -t hatch-small --target small context
  in_image hatch-small cat /small | grep -qx small
  shows_not "pip install"
  # Ours too, by the names that they have here.
  build -t hatch-deps --target cog-deps context
  in_image hatch-deps test -e /dep/bin/cowsay
  build_fails --target smal context
  shows smal
}
it "targets of the Dockerfile, and ours by name" its_own_targets

its_errors() {
  contexts_needed
  dockerfile <<'END'
FROM cog
RUNN true
END
  build_fails context
  shows "RUNN" "Dockerfile:3"
  dockerfile <<'END'
FROM cog-base
RUN false
END
  build_fails context
  shows "Dockerfile:3" ">>> RUN false"
  # And ours.
  sed -i 's/figlet hello/no-such-command/' context/cog.yaml
  dockerfile <<'END'
FROM cog
RUN true
END
  build_fails context
  shows "cog.yaml:10" ">>>     - no-such-command"
  sed -i 's/^build:/&\n  gpus: true/' context/cog.yaml
  build_fails --build-arg COG_STRICT=1 context
  shows 'cog.yaml:3:3: unknown key "gpus"'
  rm context/cog.yaml
  build_fails context
  shows "there is no cog.yaml"
}
it "errors are where the mistake is: Dockerfile or cog.yaml" its_errors

# In an error the whole file comes back to us in one header, which is bounded.
long_dockerfile() {
  contexts_needed
  { echo FROM cog-base && seq -f '# line %.0f of what makes it long' 3000 &&
    echo "RUN echo long >/long"; } | dockerfile
  build -t hatch-long context
  in_image hatch-long cat /long | grep -qx long
  echo 'RUNN true' >>context/Dockerfile
  build_fails context
  case $ENGINE in
  26.1*) # before BuildKit 0.14 it cannot be asked for
    shows "there is a mistake in Dockerfile" BUILDKIT_SYNTAX=docker/dockerfile
    ;;
  *) shows "Dockerfile:3004" ">>> RUNN true" ;;
  esac
}
it "a mistake in a long Dockerfile is shown, or where to look for it" \
  long_dockerfile

any_dockerfile() {
  dockerfile <<'END'
# FROM cog would want a cog.yaml
FROM python:3.11-slim
RUN echo plain > /plain
END
  rm context/cog.yaml
  build -t hatch-plain context
  in_image hatch-plain cat /plain | grep -qx plain
}
it "a Dockerfile that names nothing of ours is built as it is" any_dockerfile

from_an_archive() {
  contexts_needed
  dockerfile <<'END'
FROM cog
RUN cowsay -t moo > /moo
END
  tar -C context -c . | build -t hatch-tar -
  in_image hatch-tar grep -qF '< moo >' /moo
  git_repository hatch context
  build -t hatch-git "$SERVER/git/hatch.git#main"
  in_image hatch-git grep -qF '< moo >' /moo
}
it "FROM cog in a tar and in a git repository" from_an_archive

replaced() {
  contexts_needed
  dockerfile <<'END'
FROM cog
COPY --from=cog-base /usr/bin/figlet /figlet
END
  build -t hatch-replaced --build-context cog=docker-image://debian:12 context
  in_image hatch-replaced test -x /figlet
  shows_not "copy the source"
}
it "a named context takes the place of cog" replaced

questions() {
  [ "$ENGINE" = sid ] || skip "its client has no --call"
  dockerfile <<'END'
ARG WORDS=nothing
FROM cog-base AS tools
# the model and more
FROM cog AS more
ARG WORDS
WORKDIR sub
RUN --mount=type=secret,id=mine true
END
  sed -i 's/^build:/&\n  gpus: true/' context/cog.yaml
  docker buildx build --call=targets context >out
  shows "tools " "more (default)" "cog-base " "cog-deps "
  grep -E '^cog +the model with its server' out
  docker buildx build --call=outline context >out
  shows "WORDS " "nothing" "COG_SDK_VERSION" "mine" "python 3.11 ←"
  ! docker buildx build --call=check context >out
  shows WorkdirRelativePath 'WORKDIR sub' unknown-key 'gpus: true' \
    "2 warnings"
  docker buildx build --call=check context \
    --build-arg BUILDKIT_DOCKERFILE_CHECK=skip=unknown-key,WorkdirRelativePath
}
it "--call answers of the Dockerfile and of cog.yaml together" questions

old_engine() {
  [ "$ENGINE" = 20.10 ] || skip "its Dockerfile frontend has contexts"
  dockerfile <<'END'
FROM cog
END
  build_fails context
  shows "cannot build FROM cog" "BuildKit 0.10 (Docker 23)" \
    "COG_DOCKERFILE_SYNTAX"
}
it "an engine without named contexts says so" old_engine
