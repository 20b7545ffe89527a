#!/bin/bash
# The completion files: shells take them, and bash offers what the tables have.
#
# usage: tests/cli/completion.sh PROGRAM
set -u
program=$(realpath "$1")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit
mkdir -p models/a && touch models.tar 'with space'
failed=0

"$program" completion bash >bash || exit
"$program" completion zsh >zsh || exit
bash -n bash || failed=1
if command -v zsh >/dev/null; then
  zsh -n zsh || failed=1
else
  echo "skip: no zsh"
fi

. ./bash

# offers WANTED WORD...: completion of the last of the words, sorted
offers() {
  local want=$1 got
  shift
  COMP_WORDS=(cog-frontend "$@")
  COMP_CWORD=$#
  COMPREPLY=()
  _cog_frontend cog-frontend "${COMP_WORDS[COMP_CWORD]}" \
    "${COMP_WORDS[COMP_CWORD - 1]}" 2>err
  grep -v 'compopt: not currently executing' err && failed=1
  got=$(printf '%s\n' "${COMPREPLY[@]}" | sort | tr '\n' ' ')
  [ "$got" = "$want " ] && return
  echo "not ok: $*: got \"$got\", want \"$want \""
  failed=1
}

offers 'check' ch
offers 'check context dockerfile fal llb packages plan requirements schema' ''
offers '--help --version' -
offers '--format' check --fo
offers 'github json text' check --format ''
offers 'json' plan --format j
offers 'lines' packages --format = l
offers 'json lines shell' packages --format =
offers '--platform' llb --pl
offers 'models models.tar' check mod
offers 'with space' plan 'with'
offers 'models.tar' plan -f models.
offers 'models.tar' context -o models.
offers '--keep-dockerfile' context --k
offers 'models.tar' plan --format json models.
offers '' plan --platform ''
offers 'bash zsh' completion ''
offers '' man x

exit "$failed"
