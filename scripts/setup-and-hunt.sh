#!/usr/bin/env bash
# From a fresh checkout to the first alerts: sets up what is missing, builds, and hunts through the example incident.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
swift build -c release --product siloscope >&2
exec "$(swift build -c release --show-bin-path)/siloscope" hunt "${@:-Examples/incident/evidence}"
