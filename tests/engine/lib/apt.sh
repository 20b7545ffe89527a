# The machine's own apt configuration, for use in images and roots: which
# archive serves Debian here, its keys, its proxies. Nothing of it is written
# into the project.

# apt_archive: the URI of the Debian archive that this machine uses, or that
# COGFE_DEBIAN_ARCHIVE names. The sources are parsed by apt itself, in whichever
# form they are written.
apt_archive() {
  local uri=${COGFE_DEBIAN_ARCHIVE:-}
  [ -n "$uri" ] || uri=$(apt-get indextargets \
    --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' |
    sed -n 's,/* bookworm$,,p' | head -n 1)
  [ -n "$uri" ] ||
    die "apt has no Debian 12 here: name its archive with COGFE_DEBIAN_ARCHIVE"
  echo "$uri"
}

# apt_sources SUITE [TYPE]: lines of a sources.list for a Debian suite. For
# the suite of this machine also its updates and security, as it has them.
apt_sources() {
  local type=${2:-deb} lines= archive
  [ -n "${COGFE_DEBIAN_ARCHIVE:-}" ] || lines=$(apt-get indextargets \
    --format "$type \$(REPO_URI) \$(RELEASE) \$(COMPONENT)" \
    'Created-By: Packages' |
    awk -v s="$1" '$3 == s || index($3, s "-") == 1' | sort -u)
  if [ -z "$lines" ]; then
    archive=$(apt_archive) || return
    lines="$type $archive $1 main"
  fi
  echo "$lines"
}

# apt_options: the settings of apt that decide whether the archive can be
# reached and trusted, as a file for apt.conf.d.
apt_options() {
  apt-config dump |
    grep -E '^Acquire::((http|https|ftp)::|Check-|Retries|Force)' |
    grep -vF '""'
}

# apt_key: changes when the machine's apt configuration does.
apt_key() {
  local sources
  sources=$(apt_sources bookworm) || return
  { echo "$sources" && apt_options; } | sha256sum | cut -c 1-8
}

# apt_configure ROOT SUITE: gives a Debian root this machine's archive.
apt_configure() {
  local root=$1 etc=$1/etc/apt
  rm -f "$etc"/sources.list.d/*
  apt_sources "$2" >"$etc/sources.list"
  apt_options >"$etc/apt.conf.d/80machine"
  find /etc/apt/trusted.gpg.d /etc/apt/keyrings -type f \
    \( -name '*.gpg' -o -name '*.asc' \) -exec cp -t "$etc/trusted.gpg.d" {} +
  if grep -q https: "$etc/sources.list"; then
    mkdir -p "$root/etc/ssl/certs"
    cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
  fi
}

# debian_root SUITE ROOT PACKAGE...: makes ROOT, a directory, of SUITE.
debian_root() {
  local suite=$1 root=$2 sources
  shift 2
  sources=$(apt_sources "$suite") || return
  apt_options >"$root.conf"
  # A copy of sid may be older than its own Release file allows.
  [ "$suite" != sid ] || echo 'Acquire::Check-Valid-Until "false";' \
    >>"$root.conf"
  mmdebstrap --variant=apt --aptopt="$root.conf" \
    --aptopt='APT::Install-Recommends "false"' \
    --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    --include="$(IFS=, && echo "$*")" \
    "$suite" "$root" - <<<"$sources" &&
    apt_configure "$root" "$suite"
}

# apt_elsewhere SUITE TYPE DIR ARG...: apt-get with an archive of its own,
# which leaves the machine's alone, run in DIR.
apt_elsewhere() {
  local dir=$3/apt
  mkdir -p "$dir/state/lists/partial" "$dir/cache/archives/partial"
  apt_sources "$1" "$2" >"$dir/sources.list"
  : >"$dir/state/status"
  (
    cd "$3" && shift 3 &&
      apt-get -o "Dir::Etc::SourceList=$dir/sources.list" \
        -o Dir::Etc::SourceParts=/dev/null -o "Dir::State=$dir/state" \
        -o "Dir::State::status=$dir/state/status" \
        -o "Dir::Cache=$dir/cache" -o APT::Sandbox::User=root "$@"
  )
}

# debian_source SUITE PACKAGE DIR: leaves the upstream tarball of a source
# package in DIR.
debian_source() {
  apt_elsewhere "$1" deb-src "$3" update &&
    apt_elsewhere "$1" deb-src "$3" source --download-only --tar-only "$2"
}

# debian_package SUITE PACKAGE DIR: unpacks what a package installs into DIR.
debian_package() {
  apt_elsewhere "$1" deb "$3" update &&
    apt_elsewhere "$1" deb "$3" download "$2" &&
    dpkg-deb --extract "$3/$2"_*.deb "$3"
}
