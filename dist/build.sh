#!/usr/bin/env bash
# Builds the files that are handed out twice, as two users in two folders, and compares them byte by
# byte: who builds the same commit with the same compiler gets the same SHA-256.
#
#   dist/build.sh [--out DIR] [--once] [--only PACKAGE] [TARGET ...]
#
# Without targets: all that can be built here; for the others it says 'not run' and what is missing.
# Needs git, rustup, and for each target the C compiler in the table below. Exit codes: 0 the two
# builds agree; 1 they differ; 2 it could not be done.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
out=$root/target/dist once='' only='' targets=()
auditable=0.7.7 cyclonedx=0.5.9

fail() { printf '%s\n' "dist/build.sh: $*" >&2; exit 2; }
step() { printf '\n== %s\n' "$*"; }

while [ $# -gt 0 ]; do
    case $1 in
        --out) [ $# -ge 2 ] || fail "--out needs a folder"; out=$(realpath -m "$2"); shift 2 ;;
        --once) once=1; shift ;;
        --only) [ $# -ge 2 ] || fail "--only needs a package"; only=$2; shift 2 ;;
        -*) fail "unknown option $1 (options: --out DIR, --once, --only PACKAGE)" ;;
        *) targets+=("$1"); shift ;;
    esac
done

# target, C compiler, linker, Debian package that has the compiler
table='
x86_64-unknown-linux-musl       musl-gcc                    x86_64-linux-gnu-gcc       musl-tools
aarch64-unknown-linux-musl      aarch64-linux-gnu-gcc       aarch64-linux-gnu-gcc      gcc-aarch64-linux-gnu
x86_64-pc-windows-gnu           x86_64-w64-mingw32-gcc      x86_64-w64-mingw32-gcc     gcc-mingw-w64-x86-64
loongarch64-unknown-linux-musl  loongarch64-linux-gnu-gcc   loongarch64-linux-gnu-gcc  gcc-loongarch64-linux-gnu
'
column() { awk -v t="$1" -v n="$2" '$1 == t { print $n }' <<<"$table"; }
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(awk 'NF { print $1 }' <<<"$table")

cd "$root"
commit=$(git rev-parse HEAD) || fail "this is no clone: the commit stands in the files"
epoch=$(git log -1 --format=%ct "$commit")
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
toolchain=$(<dist/toolchain)
[ -z "$(git status --porcelain --untracked-files=no)" ] ||
    echo "What is changed here and not committed is not built: this builds commit $commit."

export RUSTUP_TOOLCHAIN=$toolchain
rustup=${RUSTUP_HOME:-$HOME/.rustup}
rustup toolchain list | grep -q "^$toolchain-" || rustup toolchain install --profile minimal "$toolchain"

able=()
for target in "${targets[@]}"; do
    cc=$(column "$target" 2)
    [ -n "$cc" ] || fail "unknown target $target; there are: $(awk '{ printf "%s ", $1 }' <<<"$table")"
    if ! command -v "$cc" >/dev/null; then
        echo "not run: $target: no $cc here (Debian package $(column "$target" 4))"
    elif ! rustup target add "$target" >/dev/null 2>&1; then
        echo "not run: $target: its standard library cannot be had here (rustup target add $target)"
    else
        able+=("$target")
    fi
done
[ ${#able[@]} -gt 0 ] || fail "nothing can be built here"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"

# The list of the crates inside goes into each program (cargo-auditable), and beside it (CycloneDX).
tools=$root/target/dist-tools
export PATH=$tools/bin:$PATH
need() {
    { cargo install --list; cargo install --list --root "$tools"; } 2>/dev/null | grep -q "^$1 v$2:" ||
        cargo install -q --locked --root "$tools" --version "=$2" "$1"
}
need cargo-auditable $auditable
need cargo-cyclonedx $cyclonedx

# Two homes, of which cargo downloads into one. A configuration (another registry) counts for both.
home=${CARGO_HOME:-$HOME/.cargo}
lay() { # folder: source and cargo home in it
    mkdir -p "$1/cargo" "$1/home"
    git clone -q --no-hardlinks "$root" "$1/source"
    git -C "$1/source" checkout -q --detach "$commit"
    for file in config.toml credentials.toml; do
        [ ! -e "$home/$file" ] || cp "$home/$file" "$1/cargo/"
    done
}
one=$work/one two=$work/another/folder
lay "$one"
(cd "$one/source" && CARGO_HOME=$one/cargo cargo fetch -q --locked)
if [ -z "$once" ]; then
    lay "$two"
    mkdir -p "$two/cargo/registry"
    cp -r "$one/cargo/registry/cache" "$one/cargo/registry/index" "$two/cargo/registry/"
    (cd "$two/source" && CARGO_HOME=$two/cargo cargo fetch -q --locked --offline)
fi

packages=(floorlot-verify floorlot-hall)
[ -z "$only" ] || packages=("$only")

# Names of folders in the file: none but these.
flags() { # folder target
    local all=("--remap-path-prefix=$1/source=/floorlot") registry
    for registry in "$1"/cargo/registry/src/*; do all+=("--remap-path-prefix=$registry=/crates"); done
    all+=("--remap-path-prefix=$1/cargo=/cargo")
    [ "$2" != x86_64-pc-windows-gnu ] || all+=(-Clink-arg=-Wl,--no-insert-timestamp)
    # The other musl targets are static without being asked.
    [ "$2" != loongarch64-unknown-linux-musl ] || all+=(-Ctarget-feature=+crt-static)
    (IFS=$'\x1f'; printf '%s' "${all[*]}")
}

build() { # folder user umask
    local folder=$1 user=$2 target package name as=()
    umask "$3"
    # Another user in truth where that one may read the compiler; else by name alone.
    if [ "$user" != builder ] && [ "$(id -u)" = 0 ] &&
        setpriv --reuid=4242 --regid=4242 --clear-groups test -x "$rustup/toolchains" 2>/dev/null; then
        as=(setpriv --reuid=4242 --regid=4242 --clear-groups)
        chown -R 4242:4242 "$folder"
    fi
    for target in "${able[@]}"; do
        name=${target//-/_}
        for package in "${packages[@]}"; do
            "${as[@]}" env -i PATH="$PATH" HOME="$folder/home" USER="$user" LOGNAME="$user" LANG=C.UTF-8 \
                CARGO_HOME="$folder/cargo" RUSTUP_HOME="$rustup" \
                RUSTUP_TOOLCHAIN="$toolchain" CARGO_TARGET_DIR="$folder/target" CARGO_INCREMENTAL=0 \
                SOURCE_DATE_EPOCH="$epoch" FLOORLOT_COMMIT="$commit" CARGO_NET_OFFLINE=true \
                CARGO_ENCODED_RUSTFLAGS="$(flags "$folder" "$target")" \
                "CC_$name=$(column "$target" 2)" "CFLAGS_$name=-ffile-prefix-map=$folder=/floorlot" \
                "CARGO_TARGET_${name^^}_LINKER=$(column "$target" 3)" \
                bash -c 'cd "$1" && shift && exec "$@"' build "$folder/source" \
                cargo auditable build -q --locked --profile dist --bins --target "$target" -p "$package"
        done
    done
}

files() { # folder: its programs, by target
    (cd "$1/target" && for target in "${able[@]}"; do
        find "$target/dist" -maxdepth 1 -type f \( -perm -u+x -o -name '*.exe' \) ! -name '.*' ! -name '*.d' | sort
    done)
}

step "build of $commit, rustc $toolchain: ${able[*]}"
(build "$one" builder 022) &
first=$!
if [ -z "$once" ]; then
    (build "$two" 张三 077) & # beside the first: half of a build runs on one core
    wait $! || { wait $first || true; fail "the second build failed"; }
fi
wait $first || fail "the build failed"

if [ -n "$once" ]; then
    echo "not run: comparison of two builds (--once)"
else
    step "are the two builds the same?"
    differ=0
    [ "$(files "$one")" = "$(files "$two")" ] || fail "the two builds have other files"
    while read -r file; do
        if cmp -s "$one/target/$file" "$two/target/$file"; then
            echo "same    $(sha256sum "$one/target/$file" | cut -c 1-64)  $file"
        else
            echo "DIFFER  $file"
            differ=1
        fi
    done < <(files "$one")
    [ $differ = 0 ] || exit 1
fi

step "no folder of the builder is in the files"
found=0
while read -r file; do
    if grep -qaF -e "$work" -e "$HOME/" -e "$root/" "$one/target/$file"; then
        echo "FOUND   $file"
        found=1
    fi
done < <(files "$one")
[ $found = 0 ] || exit 1
echo "none"

step "small enough to be handed out on anything"
large=0
while read -r file; do
    size=$(stat -c %s "$one/target/$file") limit=12000000
    [[ $file != */*verify* ]] || limit=4000000
    [ "$size" -lt $limit ] || large=1
    printf '%11d of %8d bytes  %s\n' "$size" $limit "$file"
done < <(files "$one")
[ $large = 0 ] || fail "a file is too large"

[ -z "$only" ] || { echo "not run: folders and list of crates (--only)"; exit 0; }

step "folders"
rm -rf "$out.new"
mkdir -p "$out.new"
for target in "${able[@]}"; do
    folder=$out.new/floorlot-$version-$target
    mkdir "$folder"
    for file in $(files "$one" | grep "^$target/"); do cp "$one/target/$file" "$folder/"; done
    cp "$root/dist/请先读我.txt" "$root/dist/README.txt" "$root/LICENSE-MIT" "$root/LICENSE-APACHE" "$folder/"
    chmod 755 "$folder"/* && chmod 644 "$folder"/*.txt "$folder"/LICENSE-*
    (cd "$one/source" && CARGO_HOME=$one/cargo SOURCE_DATE_EPOCH=$epoch \
        cargo cyclonedx -q --format json --target "$target" --manifest-path apps/hall/Cargo.toml --override-filename sbom)
    mv "$one/source/apps/hall/sbom.json" "$folder/floorlot.cdx.json"
    (cd "$one/source" && git clean -qfdx -- apps src examples)
done
{
    echo "commit $commit"
    rustup run "$toolchain" rustc -vV
    for target in "${able[@]}"; do echo "$target: $("$(column "$target" 2)" --version | head -n 1)"; done
} >"$out.new/BUILD.txt"
(cd "$out.new" && find . -type f ! -name SHA256SUMS | sort | sed 's/^..//' | xargs -d '\n' sha256sum >SHA256SUMS)
rm -rf "$out"
mv "$out.new" "$out"
cat "$out/SHA256SUMS"
