#!/bin/bash
# Runs a daemon in namespaces of its own, so that nothing it mounts, starts or
# writes under /run is seen by the machine, and killing it ends all of it.
# Called under `unshare --mount --pid --fork`.
#
# usage: engine_ns.sh STATE ROOT COMMAND ARG...
#
# STATE is the directory of the daemon's state, seen by it as /state. ROOT is
# the tree to run in: / for the machine's own.
set -eu
state=$1 root=$2
shift 2

# Files that name this machine's network, from wherever they really are.
cp -L /etc/resolv.conf /etc/hosts "$state"

if [ "$root" = / ]; then
  # An empty /run/containerd keeps dockerd from using the machine's daemon.
  mkdir -p /run/containerd /run/docker
  mount -t proc proc /proc
  mount -t tmpfs tmpfs /run/containerd
  mount -t tmpfs tmpfs /run/docker
  exec "$@"
fi

# runc moves roots by pivot_root, which works only on a mount that is not the
# rootfs of a chroot: this namespace gets ROOT as its root for that reason.
mount --bind "$root" "$root"
cd "$root"
mount --bind "$state" state
mount --rbind /sys sys
mount --rbind /dev dev
mount -t proc proc proc
mount -t tmpfs tmpfs run
mount -t tmpfs tmpfs tmp
mount --bind "$state/resolv.conf" etc/resolv.conf
mount --bind "$state/hosts" etc/hosts
mkdir run/old
pivot_root . run/old
umount --lazy run/old
exec "$@"
