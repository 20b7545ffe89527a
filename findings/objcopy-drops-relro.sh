#!/bin/bash
# Removing .eh_frame from a position-independent executable takes the read-only
# protection of its relocated data away, without a word.
#
# binutils 2.40 (Debian 12): `objcopy -R .eh_frame` on a PIE, static or not,
# writes a file that runs as before, exits with 0, and has no PT_GNU_RELRO
# segment any more, so that what the linker wanted read-only stays writable.
# .eh_frame is not in that segment; one would expect it to stay, as it does when
# .comment is removed, or a warning.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# The release that this was seen with, whatever else is installed.
version=2.40-2
apt-get -qq download "binutils-x86-64-linux-gnu=$version" \
  "libbinutils=$version" 2>/dev/null
for package in ./*.deb; do
  dpkg -x "$package" root
done
objcopy() {
  LD_LIBRARY_PATH=root/usr/lib/x86_64-linux-gnu \
    root/usr/bin/x86_64-linux-gnu-objcopy "$@"
}

printf '#include <stdio.h>\nint main(void) { puts("runs"); return 0; }\n' >hello.c
gcc -O2 -fPIE -static-pie -Wl,-z,relro,-z,now -o static hello.c
gcc -O2 -fPIE -pie -Wl,-z,relro,-z,now -o dynamic hello.c

segments() { readelf --program-headers --wide "$1" | grep -c GNU_RELRO || true; }
objcopy --version | head -n 1
for kind in static dynamic; do
  for section in .comment .eh_frame; do
    objcopy -R "$section" "$kind" cut
    ./cut >/dev/null
    echo "$kind, without $section: $(segments "$kind") before, $(segments cut) after"
  done
done | tee seen
diff seen - <<'END'
static, without .comment: 1 before, 1 after
static, without .eh_frame: 1 before, 0 after
dynamic, without .comment: 1 before, 1 after
dynamic, without .eh_frame: 1 before, 0 after
END
