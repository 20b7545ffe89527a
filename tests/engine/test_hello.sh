# testdata/examples/hello through every way in, and what is in its image.

from_a_directory() {
  example context
  mkdir context/.cog context/data
  touch context/.cog/tmp context/secret.key context/data/words.txt
  echo '*.key' >context/.dockerignore
  build -f context/cog.yaml -t hello-directory context
  answers hello-directory cog.yaml predict.py words.py data/words.txt \
    .dockerignore
  config_is_right hello-directory
}
it "a directory, without what .dockerignore names" from_a_directory

ignore_file_of_the_config() {
  example context
  touch context/secret.key context/other.key
  echo '*.key' >context/.dockerignore
  echo 'secret.*' >context/cog.yaml.dockerignore
  build -f context/cog.yaml -t hello-ignore context
  answers hello-ignore cog.yaml predict.py words.py other.key .dockerignore \
    cog.yaml.dockerignore
}
it "cog.yaml.dockerignore stands before .dockerignore" ignore_file_of_the_config

dockerfile_with_syntax_alone() {
  example context
  printf '# syntax=%s\n# nothing else\n' "$FRONTEND" >context/Dockerfile
  sed -i 1d context/cog.yaml
  build -t hello-dockerfile context
  answers hello-dockerfile cog.yaml predict.py words.py Dockerfile
}
it "a Dockerfile that has nothing but # syntax" dockerfile_with_syntax_alone

config_of_another_name() {
  example context
  mv context/cog.yaml context/model.yaml
  build -f context/model.yaml -t hello-name context
  answers hello-name cog.yaml model.yaml predict.py words.py
  # And one that is outside of the context.
  mv context/model.yaml .
  build -f model.yaml -t hello-outside context
  answers hello-outside cog.yaml predict.py words.py
}
it "a config with another name is /src/cog.yaml in the image" \
  config_of_another_name

# Engines follow links when they copy with patterns; the copy of the source does
# not.
links_of_any_kind() {
  example context
  ln -s nowhere context/dangling
  mkdir context/data
  ln -s .. context/data/up
  ln -s . context/itself
  build -f context/cog.yaml -t hello-links context
  same links "nowhere .. . hello-links" "$(in_image hello-links sh -c \
    'echo $(readlink dangling data/up itself)') hello-links"
}
it "reported: links to nowhere and up are copied as they are" links_of_any_kind

# Relative to the context, else beside the config, which the client hands over
# apart from the context.
requirements_beside_the_config() {
  example context
  mkdir context/web
  sed -i '/python_packages/,+1d; s/^build:/&\n  python_requirements: r.txt/' \
    context/cog.yaml
  mv context/cog.yaml context/web
  printf 'cowsay==6.1\n' >context/web/more.txt
  printf -- '-r more.txt\n' >context/web/r.txt
  build -f context/web/cog.yaml -t hello-beside context
  answers hello-beside cog.yaml predict.py words.py web/cog.yaml web/more.txt \
    web/r.txt
}
it "reported: python_requirements beside a config below the top" \
  requirements_beside_the_config

syntax_as_an_argument() {
  [ "$ENGINE" != 20.10 ] || skip "came with BuildKit 0.11"
  example context
  sed -i 1d context/cog.yaml
  build -f context/cog.yaml -t hello-argument \
    --build-arg "BUILDKIT_SYNTAX=$FRONTEND" context
  answers hello-argument cog.yaml predict.py words.py
}
it "BUILDKIT_SYNTAX, with cog.yaml untouched" syntax_as_an_argument

tar_on_stdin() {
  example context
  tar -C context -c . | build -f cog.yaml -t hello-tar -
  answers hello-tar cog.yaml predict.py words.py
  tar -C context -cz cog.yaml predict.py words.py |
    build -f cog.yaml -t hello-targz -
  answers hello-targz cog.yaml predict.py words.py
}
it "a tar on standard input, plain and gzip" tar_on_stdin

tar_behind_http() {
  example context
  local form
  for form in tar tar.gz tar.bz2 tar.xz; do
    tar -C context -c --auto-compress -f "$WWW/hello.$form" .
    build -f cog.yaml -t "hello-$form" "$SERVER/files/hello.$form"
    answers "hello-$form" cog.yaml predict.py words.py
  done
}
it "an archive behind http, plain, gzip, bzip2 and xz" tar_behind_http

github_archive() {
  example hello-main
  tar -czf "$WWW/main.tar.gz" hello-main
  build -f hello-main/cog.yaml -t hello-github "$SERVER/files/main.tar.gz"
  answers hello-github cog.yaml predict.py words.py
}
it "an archive with one top directory, as GitHub makes them" github_archive

last_entry_wins() {
  example context
  tar -C context -cf "$WWW/appended.tar" cog.yaml predict.py words.py
  sed -i 's/Good day/Good night/' context/cog.yaml
  tar -C context -rf "$WWW/appended.tar" cog.yaml
  build -f cog.yaml -t hello-appended "$SERVER/files/appended.tar"
  in_image hello-appended sh -c 'echo "$GREETING"' | grep '^Good night'
}
it "the last entry of a name in a tar wins" last_entry_wins

git_repository_of_a_model() {
  example repository
  git_repository hello repository
  build -f cog.yaml -t hello-git "$SERVER/git/hello.git#main"
  answers hello-git cog.yaml predict.py words.py
}
it "a git repository" git_repository_of_a_model

directory_of_a_git_repository() {
  [ "$ENGINE" != 20.10 ] || skip "came with BuildKit 0.9"
  example repository/models/hello
  git_repository models repository
  build -f cog.yaml -t hello-subdir "$SERVER/git/models.git#main:models/hello"
  answers hello-subdir cog.yaml predict.py words.py
}
it "a directory of a git repository" directory_of_a_git_repository

config_on_stdin() {
  example context
  build -t hello-stdin -f - context <context/cog.yaml
  answers hello-stdin cog.yaml predict.py words.py
}
it "a config on standard input" config_on_stdin

second_build_is_cached() {
  example context
  build -f context/cog.yaml -t hello-again context
  build -f context/cog.yaml -t hello-again context
  shows CACHED
  shows_not "Unpacking figlet" "Collecting cowsay"
  # An edit of the source repeats only the copy of it.
  echo '# edited' >>context/words.py
  build -f context/cog.yaml -t hello-edited context
  shows_not "Unpacking figlet" "Collecting cowsay" "Collecting cog"
  in_image hello-edited grep -q edited words.py
}
it "a second build is cached, and an edit keeps what is below it" \
  second_build_is_cached
