#!/bin/sh
# apt_user.sh FOLDER PACKAGE...: without root, download Debian packages (signatures are verified) and unpack them into FOLDER/root.
set -eu
TARGET=$1
shift
mkdir -p "$TARGET/state/lists/partial" "$TARGET/cache/archives/partial" "$TARGET/root"
cat >"$TARGET/apt.conf" <<END
Dir::State "$TARGET/state";
Dir::State::status "/var/lib/dpkg/status";
Dir::Cache "$TARGET/cache";
Debug::NoLocking "1";
APT::Sandbox::User "$(id -un)";
Acquire::Languages "none";
END
APT_CONFIG="$TARGET/apt.conf"
export APT_CONFIG
fail() {
  tail -n 3 "$TARGET/apt.log" >&2
  exit 1
}
apt-get -q update >"$TARGET/apt.log" 2>&1 || fail
PACKAGES=$(apt-get install -s --no-install-recommends "$@" 2>>"$TARGET/apt.log" | awk '/^Inst/ {print $2}')
[ -n "$PACKAGES" ] || fail
cd "$TARGET/cache/archives"
# shellcheck disable=SC2086
apt-get -q download $PACKAGES >>"$TARGET/apt.log" 2>&1 || fail
for package in ./*.deb; do
  dpkg-deb -x "$package" "$TARGET/root"
done
rm -rf "$TARGET/state" "$TARGET/cache"
