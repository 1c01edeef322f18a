#!/usr/bin/env bash
# Installs what a fresh Debian 12 machine with the Swift toolchain lacks: the development files of PCRE2 and libarchive.
# With --tests also the independent EVTX parser that differential tests compare with (they skip loudly without it).
set -euo pipefail

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

command -v swift >/dev/null || { echo "setup: the Swift toolchain (6.3 or later) is not on PATH" >&2; exit 1; }

missing=()
for package in libpcre2-dev libarchive-dev pkg-config; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
    echo "setup: installing ${missing[*]}" >&2
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >/dev/null
fi

if [ "${1:-}" = --tests ] && ! python3 -c 'import evtx' 2>/dev/null; then
    python3 -m pip install --quiet evtx 2>/dev/null || python3 -m pip install --quiet --break-system-packages evtx ||
        echo "setup: the PyPI package 'evtx' could not be installed; the tests that compare with it will skip" >&2
fi
