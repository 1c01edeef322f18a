#!/bin/sh
# Builds and runs a fuzz target with libFuzzer and the address sanitizer.
#
#   Fuzz/run.sh TARGET seconds=300        or        Fuzz/run.sh TARGET runs=1000000
#
# A target is a folder Fuzz/TARGET with
#   modules      one line per module, in order: NAME FOLDER...; the last one holds the target and sees its internals
#   *.swift      a function @_cdecl("LLVMFuzzerTestOneInput"), and `enum Seeds` with `write(to:)` for the first corpus
# Leaks are not looked for: indirect enums hold tagged pointers, which the detector takes for lost ones.
# Findings are written to .build-fuzz/TARGET as crash-*, the corpus is kept there between runs.
set -eu
export SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0
root=$(cd "$(dirname "$0")/.." && pwd)
target=${1:?target}
case ${2:-seconds=60} in
    runs=*) bound=-runs=${2#runs=} ;;
    *) bound=-max_total_time=${2#seconds=} ;;
esac
out=$root/.build-fuzz/$target
mkdir -p "$out/corpus"
cd "$out"
flags="-O -wmo -parse-as-library -swift-version 6 -enable-experimental-feature Lifetimes"
objects=
while read -r name folders; do
    sources=
    for folder in $folders; do sources="$sources $root/$folder/*.swift"; done
    # shellcheck disable=SC2086 (lists of files)
    swiftc $flags -sanitize=fuzzer,address -module-name "$name" -I . \
        -emit-module -emit-module-path "$name.swiftmodule" -c $sources -o "$name.o"
    objects="$objects $name.o"
done <"$root/Fuzz/$target/modules"
# shellcheck disable=SC2086
swiftc -sanitize=fuzzer,address $objects -o fuzz
# The target writes its seeds when the variable is set (libFuzzer brings main, so there is no program of our own).
[ -f seeded ] || { FUZZ_SEEDS=corpus ./fuzz -runs=1 && : >seeded; }
./fuzz corpus "$bound" -max_len=8192 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1
