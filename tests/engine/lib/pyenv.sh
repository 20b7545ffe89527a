# pyenv and CPython's source, for machines that reach neither: pyenv as Debian
# 13 has it, knowing one Python, whose source comes from Debian 12.

PYENV_VERSION=1 # of the tree, part of the cache's name

# pyenv_checkout: a directory of the cache that looks as pyenv's repository
# does.
pyenv_checkout() {
  cached "pyenv-$PYENV_VERSION-$IMAGES_PYTHON" pyenv_make_checkout
}

# Debian leaves out bin/, which it has in /usr/bin. Of the source there is a
# .tgz, which is the same as python.org's, and no .tar.xz.
pyenv_make_checkout() {
  local tree=$1/pyenv-$PYENV_VERSION-$IMAGES_PYTHON minor=${IMAGES_PYTHON%.*}
  local known=$tree/plugins/python-build/share/python-build
  debian_package trixie pyenv "$1/package" &&
    cp -a "$1/package/usr/share/pyenv" "$tree" &&
    mkdir "$tree/bin" &&
    ln -s ../libexec/pyenv "$tree/bin/pyenv" &&
    find "$tree" -xtype l -delete &&
    find "$known" -maxdepth 1 -type f -name "$minor*" \
      ! -name "$IMAGES_PYTHON" -delete &&
    sed -i 's/has_tar_xz_support/false/' "$known/$IMAGES_PYTHON"
}

# pyenv_serve: pyenv as a repository, and the source where PYENV_MIRROR has it
# by the name of its file.
pyenv_serve() {
  local checkout source
  checkout=$(pyenv_checkout) && source=$(images_python_source) &&
    git_repository pyenv "$checkout" &&
    mkdir -p "$WWW/python/$IMAGES_PYTHON" &&
    cp "$source" "$WWW/python/$IMAGES_PYTHON/Python-$IMAGES_PYTHON.tgz" &&
    PYENV_REPOSITORY=$SERVER/git/pyenv.git#main &&
    PYENV_MIRROR=$SERVER/files/python
}
