#!/usr/bin/env bash
# Benchmarks/run.sh --smoke              shortest form, on evidence and rules made here (CI)
# Benchmarks/run.sh --evtx DIR --rules DIR [bench.py options]   the real thing; see docs/benchmarks.md
set -euo pipefail
cd "$(dirname "$0")/.."
swift build -c release --product siloscope >&2
siloscope="$(swift build -c release --show-bin-path)/siloscope"
if [ "${1:-}" = --smoke ]; then
    exec python3 Benchmarks/bench.py --siloscope "$siloscope" --evtx Examples/incident/evidence --rules Strategies/container-evasion/rules \
        --size 8 --events 5000 --runs 1 --only ndjson,formats,load,executables
fi
exec python3 Benchmarks/bench.py --siloscope "$siloscope" "$@"
