#!/usr/bin/env bash
# Runs the files that dist/build.sh made, wherever this machine can: here, in an old Debian without
# Rust, those for Windows under wine, those for aarch64 under qemu. Every one of them must draw the
# same transcript from the same text, verify it, and know its own SHA-256. What cannot run here is
# said to be 'not run'. Exit codes: 0 something ran, and nothing failed; 1 something failed; 2 nothing
# could be tried.
#
#   dist/try.sh [DIR]
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
out=$(realpath "${1:-$root/target/dist}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0 passed=0 first=''

folder() { find "$out" -maxdepth 1 -type d -name "floorlot-*-$1"; }

try() { # name, folder with the programs, their ending, how they are started ...
    local name=$1 programs=$2 ending=$3 sum own draw
    shift 3
    draw=$(mktemp -d -p "$work")
    if ! "$@" "$programs/draw_session$ending" --lang en demo --small --seed-text try --out "$draw/demo" >"$draw/said" 2>&1; then
        echo "FAILED  $name: the demo"; tail -n 5 "$draw/said"; failed=1; return
    fi
    if ! "$@" "$programs/verify_transcript$ending" --lang en "$draw/demo/transcript.jsonl" --rehearsal >"$draw/report" 2>&1; then
        echo "FAILED  $name: the verifier"; tail -n 5 "$draw/report"; failed=1; return
    fi
    sum=$(sha256sum <"$draw/demo/transcript.jsonl" | cut -c 1-64)
    first=${first:-$sum}
    [ "$sum" = "$first" ] || { echo "FAILED  $name: another transcript, $sum"; failed=1; return; }
    own=$("$@" "$programs/draw_session$ending" --lang en self | tr -d '\r' | sed -n 's/^SHA-256 *//p')
    [ "$own" = "$(sha256sum <"$programs/draw_session$ending" | cut -c 1-64)" ] ||
        { echo "FAILED  $name: self says $own"; failed=1; return; }
    passed=$((passed + 1))
    echo "passed  $name: $(grep -ahoE '[0-9]+ checks passed, 0 failed' "$draw/report"), transcript $sum"
}

here=$(folder "$(uname -m)-unknown-linux-musl")
if [ -n "$here" ]; then
    try "Linux $(uname -m), this machine" "$here" '' env -i
else
    echo "not run: Linux $(uname -m): no files for it in $out"
fi

other=$([ "$(uname -m)" = aarch64 ] && echo x86_64 || echo aarch64)
for machine in "$other" loongarch64; do
    files=$(folder "$machine-unknown-linux-musl")
    if [ -z "$files" ]; then
        echo "not run: Linux $machine: no files for it in $out"
    elif ! command -v "qemu-$machine-static" >/dev/null; then
        echo "not run: Linux $machine: no qemu-$machine-static here (Debian package qemu-user-static)"
    else
        try "Linux $machine under qemu-user" "$files" '' "qemu-$machine-static"
    fi
done

windows=$(folder x86_64-pc-windows-gnu)
wine=$(command -v wine64 || command -v /usr/lib/wine/wine64 || true)
if [ -z "$windows" ]; then
    echo "not run: Windows: no files for it in $out"
elif [ -z "$wine" ] || ! command -v x86_64-w64-mingw32-gcc >/dev/null; then
    echo "not run: Windows: no wine64 and mingw here (Debian packages wine64, gcc-mingw-w64-x86-64)"
else
    mkdir "$work/windows"
    cp "$windows"/*.exe "$work/windows/"
    x86_64-w64-mingw32-gcc -shared -o "$work/windows/bcryptprimitives.dll" "$root/dist/wine/bcryptprimitives.c" -ladvapi32
    export WINEPREFIX="$work/wine" WINEDEBUG=-all WINEDLLOVERRIDES='mscoree,mshtml='
    try "Windows under $("$wine" --version)" "$work/windows" .exe "$wine"
    # The whole draw of ten households on its pages, by clicks, as the programs of this machine hold it.
    if [ ! -e "$root/tests/browser/node_modules" ] || ! command -v chromium >/dev/null; then
        echo "not run: the pages of the Windows program: no Chromium here, or no npm ci in tests/browser"
    else
        mkdir "$work/pages"
        for program in draw_session verify_transcript; do
            printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$wine" "$work/windows/$program.exe" >"$work/pages/$program"
        done
        chmod +x "$work/pages"/*
        if node "$root/tests/browser/small.mjs" "$work/pages" >"$work/clicks" 2>&1; then
            echo "passed  the pages of the Windows program: $(tail -n 1 "$work/clicks")"
        else
            echo "FAILED  the pages of the Windows program"; tail -n 12 "$work/clicks"; failed=1
        fi
    fi
fi

# Debian 11 has glibc 2.31 and no Rust; the files are static and need neither.
old=$root/target/dist-bullseye
if [ -z "$here" ]; then
    echo "not run: old Debian: no files for it in $out"
elif [ ! -e "$old/etc/debian_version" ] && { [ "$(id -u)" != 0 ] || ! command -v debootstrap >/dev/null; }; then
    echo "not run: old Debian: needs root and debootstrap"
else
    if [ ! -e "$old/etc/debian_version" ]; then
        rm -rf "$old.new"
        debootstrap --variant=minbase bullseye "$old.new" >"$work/debootstrap" 2>&1 && mv "$old.new" "$old" || true
    fi
    if [ ! -e "$old/etc/debian_version" ]; then
        echo "not run: old Debian: it cannot be had here: $(tail -n 1 "$work/debootstrap")"
    else
        rm -rf "$old/floorlot" && mkdir "$old/floorlot" && cp "$here"/* "$old/floorlot/"
        if chroot "$old" sh -c 'cd /floorlot && ! command -v cargo && ./draw_session --lang zh demo --out demo >said && ./verify_transcript --lang zh demo/transcript.jsonl --rehearsal >report'; then
            echo "passed  Debian $(<"$old/etc/debian_version") without Rust: 1,988 households, $(grep -m 1 -oE '[0-9]+ 项检查通过|通过 [0-9]+ 项[^。]*' "$old/floorlot/report" || echo verified)"
        else
            echo "FAILED  Debian $(<"$old/etc/debian_version") without Rust"; tail -n 5 "$old/floorlot/said"; failed=1
        fi
    fi
fi
[ $passed -gt 0 ] || { echo "nothing was tried: no files that run here in $out"; exit 2; }
exit $failed
