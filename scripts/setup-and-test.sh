#!/usr/bin/env bash
# Sets up what is missing and runs all tests (debug). Arguments go to `swift test`, e.g. --filter EVTXTests.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh --tests
swift build --build-tests -debug-info-format none
exec swift test --skip-build -debug-info-format none "$@"
