#!/usr/bin/env bash
# Tries a package in a Debian of its own: run.sh PACKAGE.deb, as root. That Debian, with what the
# package depends on, is made once and kept in build/package-test.
set -euo pipefail
cd "$(dirname "$0")/../.."

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
die() { printf 'tests/package: %s\n' "$*" >&2; exit 1; }

[ $# -eq 1 ] && [ -f "$1" ] || die "usage: run.sh PACKAGE.deb"
[ "$(id -u)" -eq 0 ] || die "a Debian with a systemd of its own can only be started by root: sudo ./dev package --test"
package=$(realpath "$1")
mirror=${LMBRIDGE_DEBIAN_MIRROR:-http://deb.debian.org/debian}
directory=build/package-test
depends=$(dpkg-deb --field "$package" Depends)
base="$directory/base-$(printf '%s' "$depends" | sha256sum | cut -c 1-16)"

# Whatever happens nothing half-made is taken for the whole.
if [ ! -d "$base" ]; then
  rm -rf "$directory"
  mkdir -p "$directory"
  say "making a Debian 12 to try the package in (once)"
  debootstrap --variant=minbase --include=systemd-sysv,dbus,curl bookworm "$base.part" "$mirror" >"$directory/debootstrap.log" ||
    { tail -n 20 "$directory/debootstrap.log" >&2; die "debootstrap failed"; }
  # A package's own way, so that what is missing among its dependencies is missing here, too.
  chroot "$base.part" env DEBIAN_FRONTEND=noninteractive apt-get satisfy -qq -y --no-install-recommends "$depends" </dev/null >"$directory/depends.log" 2>&1 ||
    { tail -n 20 "$directory/depends.log" >&2; die "the dependencies can't be installed"; }
  mv "$base.part" "$base"
fi

LMBRIDGE_PACKAGE="$package" LMBRIDGE_PACKAGE_BASE="$(realpath "$base")" \
  exec "$(ls -d "$PWD"/tests/node_modules/node-linux-*/bin/node | head -n 1)" \
  --test --test-reporter=spec tests/package/package.test.mjs
