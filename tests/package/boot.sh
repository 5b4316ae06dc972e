#!/usr/bin/env bash
# Boots the Debian in a directory in a container that shares our network, until its end: boot.sh DIRECTORY
set -euo pipefail
options=(--quiet --register=no --console=pipe --machine=lmbridge-test)
if [ ! -d /run/systemd/system ]; then
  # Without a systemd of our own we make what it would have made, seen by the container alone.
  if [ -z "${IN_OWN_MOUNTS:-}" ]; then
    exec env IN_OWN_MOUNTS=1 unshare --mount --propagation private "$0" "$@"
  fi
  mount -t tmpfs tmpfs /run
  umount --recursive /sys/fs/cgroup 2>/dev/null || true
  mount -t cgroup2 cgroup2 /sys/fs/cgroup
  mkdir -p /sys/fs/cgroup/lmbridge-test
  echo $$ >/sys/fs/cgroup/lmbridge-test/cgroup.procs
  options+=(--keep-unit)
fi
# It must not outlive whoever waits for it.
exec setpriv --pdeathsig KILL systemd-nspawn "${options[@]}" --directory="$1" --boot
