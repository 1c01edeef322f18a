#!/bin/sh
# Builds and runs a fuzz target with libFuzzer and the address sanitizer.
#
#   Fuzz/run.sh TARGET seconds=300        or        Fuzz/run.sh TARGET runs=1000000
#
# TARGET is EVTX (the library of binary logs), PE (executables) or the name of any format of the table (`strace`, `falco`, …), all of which
# share the build of Fuzz/Decoders; Fuzz/Seeds/TARGET holds its seeds, set apart by lines of %%.
#
# A folder Fuzz/NAME has
#   modules      one line per module, in order: NAME FOLDER...; the last one holds the target. Folders are taken with all
#                below them; @embed:FOLDER is content compiled in, @yams the YAML library (of .build/checkouts)
#   *.swift      a function @_cdecl("LLVMFuzzerTestOneInput"); EVTX also `enum Seeds` with `write(to:)`
# Leaks are not looked for: indirect enums hold tagged pointers, which the detector takes for lost ones.
# Findings are written to .build-fuzz/TARGET as crash-*, the corpus is kept there between runs.
set -eu
export SWIFT_BACKTRACE=enable=no ASAN_OPTIONS="${ASAN_OPTIONS:-detect_leaks=0}"
root=$(cd "$(dirname "$0")/.." && pwd)
target=${1:?target}
case ${2:-seconds=60} in
    runs=*) bound=-runs=${2#runs=} ;;
    *) bound=-max_total_time=${2#seconds=} ;;
esac
build=Decoders
[ -d "$root/Fuzz/$target" ] && build=$target
objects_dir=$root/.build-fuzz/$build-build
mkdir -p "$objects_dir"
cd "$objects_dir"

# The YAML library, from the package's checkouts: its C half, then its Swift half.
build_yams() {
    yams=$root/.build/checkouts/Yams
    [ -d "$yams" ] || (cd "$root" && swift package resolve)
    for source in "$yams"/Sources/CYaml/src/*.c; do
        clang -O1 -g -I"$yams/Sources/CYaml/include" -c "$source" -o "cyaml-$(basename "$source" .c).o"
        objects="$objects cyaml-$(basename "$source" .c).o"
    done
    imports="$imports -I $yams/Sources/CYaml/include"
    # shellcheck disable=SC2086
    [ -f Yams.o ] || swiftc -O -wmo -parse-as-library -swift-version 5 -DSWIFT_PACKAGE -module-name Yams -I . $imports \
        -emit-module -emit-module-path Yams.swiftmodule -c "$yams"/Sources/Yams/*.swift -o Yams.o
    objects="$objects Yams.o"
}

# Compiles a folder of content into a Swift file, with the tool that the package's plugin uses.
embed() {
    [ -f embed-content ] || swiftc -parse-as-library "$root"/Sources/embed-content/*.swift -o embed-content
    ./embed-content "$root/$1" "$PWD/EmbeddedContent.new"
    # Only what has changed is compiled again.
    cmp -s EmbeddedContent.new EmbeddedContent.swift || mv EmbeddedContent.new EmbeddedContent.swift
}

flags="-O -wmo -parse-as-library -swift-version 6 -enable-experimental-feature Lifetimes"
flags="$flags -package-name siloscope -enable-upcoming-feature ExistentialAny -enable-upcoming-feature MemberImportVisibility"
objects=
imports="-I $root/Sources/CArchive"
libraries=
while read -r name folders; do
    sources=
    for folder in $folders; do
        case $folder in
            @yams) build_yams && continue 2 ;;
            @embed:*) embed "${folder#@embed:}" && sources="$sources $PWD/EmbeddedContent.swift" ;;
            *) [ -e "$root/$folder" ] || { echo "no $folder, which $build/modules names" >&2; exit 2; }
                sources="$sources $(find "$root/$folder" -name '*.swift' | sort)" ;;
        esac
    done
    [ "$name" = Archives ] && libraries=-larchive
    # shellcheck disable=SC2086 (lists of files)
    if [ ! -f "$name.o" ] || [ -n "$(find $sources -newer "$name.o")" ]; then
        rm -f fuzz
        swiftc $flags -sanitize=fuzzer,address -module-name "$name" -I . $imports \
            -emit-module -emit-module-path "$name.swiftmodule" -c $sources -o "$name.o"
    fi
    objects="$objects $name.o"
done <"$root/Fuzz/$build/modules"
# shellcheck disable=SC2086
[ -f fuzz ] || swiftc -sanitize=fuzzer,address $objects $libraries -o fuzz

out=$root/.build-fuzz/$target
mkdir -p "$out/corpus"
cd "$out"
if [ "$build" = Decoders ]; then
    export FUZZ_DECODER="$target"
    [ -f "$root/Fuzz/Seeds/$target" ] && awk -v folder=corpus \
        'BEGIN { n = 1 } /^%%$/ { n++; next } { print > (folder "/seed-" n) }' "$root/Fuzz/Seeds/$target"
else
    # The target writes its seeds when the variable is set (libFuzzer brings main, so there is no program of our own).
    [ -f seeded ] || { FUZZ_SEEDS=corpus "$objects_dir/fuzz" -runs=1 && : >seeded; }
fi
"$objects_dir/fuzz" corpus "$bound" -max_len=8192 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1
