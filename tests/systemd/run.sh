#!/usr/bin/env bash
# The Debian package under a real systemd: installed, started, reloaded, killed once by its watchdog because another
# program blocks the writer, met by its memory limit, stopped, upgraded, purged.
#
#     tests/systemd/run.sh OLD.deb NEW.deb [FOLDER]
#
# Needs root, debootstrap, systemd-nspawn and a Debian mirror; FOLDER (by default a temporary one) keeps the system tree
# for the next run. `.ci/package` builds OLD.deb; NEW.deb is the same with a later version:
# `cargo deb --no-build --deb-version 0.1.0+next-1`. Prints a line a check and ends with 0 where all hold.
set -euo pipefail

old=$(realpath "$1") new=$(realpath "$2")
here=$(cd "$(dirname "$0")" && pwd)
folder=${3:-$(mktemp -d)}
tree=$folder/tree
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}

if [ ! -e "$tree/etc/debian_version" ]; then
    debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus,sqlite3,ca-certificates,procps bookworm "$tree" "$mirror" >/dev/null
fi
cp -a "$tree" "$folder/run"
trap 'rm -rf "$folder/run"' EXIT
cp "$old" "$folder/run/old.deb"
cp "$new" "$folder/run/new.deb"
install -m 755 "$here/inside.sh" "$folder/run/inside.sh"
cat > "$folder/run/etc/systemd/system/inside.service" <<'UNIT'
[Unit]
After=multi-user.target
[Service]
Type=oneshot
ExecStart=/bin/sh -c '/inside.sh > /result 2>&1; echo "exit $?" >> /result'
ExecStopPost=/bin/systemctl --no-block poweroff
[Install]
WantedBy=default.target
UNIT
mkdir -p "$folder/run/etc/systemd/system/default.target.wants"
ln -s ../inside.service "$folder/run/etc/systemd/system/default.target.wants/inside.service"
timeout 600 systemd-nspawn --quiet -D "$folder/run" --keep-unit --register=no -b </dev/null >"$folder/boot.log" 2>&1 || true
cat "$folder/run/result"
grep -qx 'exit 0' "$folder/run/result"
