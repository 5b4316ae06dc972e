#!/usr/bin/env bash
# Boots the Debian in a directory in a container that shares our network, until its end: boot.sh DIRECTORY
set -euo pipefail

# systemd-nspawn must not outlive whoever waits for it.
boot=(setpriv --pdeathsig KILL systemd-nspawn --quiet --register=no --console=pipe --machine=lmbridge-test "--directory=$1" --boot)
if [ -d /run/systemd/system ]; then exec "${boot[@]}"; fi

# Without a systemd of our own we make what it would have made, seen by the container alone.
if [ -z "${IN_OWN_MOUNTS:-}" ]; then
  IN_OWN_MOUNTS=1 exec setpriv --pdeathsig KILL unshare --mount --propagation private "$0" "$@"
fi
mount -t tmpfs tmpfs /run
umount --recursive /sys/fs/cgroup 2>/dev/null || true
mount -t cgroup2 cgroup2 /sys/fs/cgroup
group=/sys/fs/cgroup/lmbridge-test
mkdir -p "$group"
echo $$ >"$group/cgroup.procs"
"${boot[@]}" --keep-unit || true
echo $$ >/sys/fs/cgroup/cgroup.procs
find "$group" -depth -type d -exec rmdir {} \;
