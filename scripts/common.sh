# What the scripts share. Sourced, not run; leaves the caller in the top folder of the project.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
venv=$root/.venv
target=${CARGO_TARGET_DIR:-$root/target}
# How every script builds. The features of a crate depend on the packages that are asked for: with all of them, and
# the target by its name (--bin, --test, --example), it is compiled once for all scripts.
workspace=(--release --locked --workspace)

say() { printf '%s\n' "$*"; }

fail() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

# Runs a command, and says in one line how long it took. Its own text goes to a file, whose end is shown where it
# fails; on a terminal a line tells how far it is.
quietly() {
    local title=$1 start=$SECONDS log=$target/tmp/${1//[^A-Za-z]/-}.log
    shift
    mkdir -p "$target/tmp"
    if CARGO_TERM_COLOR=never "$@" 2>&1 | tee "$log" | show_progress "$title"; then
        say "$title: ready ($((SECONDS - start)) s)"
    else
        tail -n 40 "$log" >&2
        fail "$title: this failed; the text above says why, and all of it is in $log"
    fi
}

# What cargo is at, on one line of the terminal.
show_progress() {
    local title=$1 line crates=0
    while IFS= read -r line; do
        [ -t 1 ] || continue
        case $line in
            *' Compiling '*) crates=$((crates + 1)) && line="$crates crates, ${line##*Compiling }" ;;
            *' Blocking '* | *' Updating '* | *' Downloading '*) line=${line#"${line%%[! ]*}"} ;;
            *) continue ;;
        esac
        printf '\r\033[K%.78s' "$title: $line"
    done
    [ ! -t 1 ] || printf '\r\033[K'
}

# The command that installs a package here: its name on Debian, on Fedora, and the whole command on macOS.
install_hint() {
    if command -v apt-get >/dev/null; then
        say "sudo apt-get install $1"
    elif command -v dnf >/dev/null; then
        say "sudo dnf install $2"
    else
        say "$3"
    fi
}

# Only the fuzz targets need one.
has_cxx() {
    command -v "${CXX:-c++}" >/dev/null && return
    cxx_missing="a C++ compiler is missing (no ${CXX:-c++}): run '$(install_hint g++ gcc-c++ 'xcode-select --install')'"
    return 1
}

# Looks for every tool before anything slow starts. Sets $python.
require_tools() {
    if ! command -v cargo >/dev/null && [ -x "$HOME/.cargo/bin/cargo" ]; then
        PATH=$HOME/.cargo/bin:$PATH # a shell that was open when Rust was installed
    fi
    command -v cargo >/dev/null ||
        fail "Rust is missing (no cargo): run 'curl --proto =https --tlsv1.2 -sSf https://sh.rustup.rs | sh', then open a new shell"
    command -v cc >/dev/null ||
        fail "a C linker is missing (no cc): run '$(install_hint 'gcc libc6-dev' gcc 'xcode-select --install')'"
    command -v python3 >/dev/null ||
        fail "Python is missing (no python3): run '$(install_hint 'python3 python3-venv' python3 'brew install python3')'"
    local name
    for name in python3 python3.14 python3.13 python3.12 python3.11 python3.10; do
        python=$(command -v "$name") || continue
        "$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null && break
        python=
    done
    [ -n "$python" ] ||
        fail "Python is too old ($(python3 --version 2>&1), 3.10 is needed): run '$(install_hint 'python3.11 python3.11-venv' python3.12 'brew install python3')'"
    "$python" -c 'import venv, ensurepip' 2>/dev/null ||
        fail "Python's venv module is missing: run '$(install_hint python3-venv python3 'brew install python3')'"
}

# Installs the pinned Rust and the sources of its standard library, which the kernel reads for completion.
ensure_toolchain() {
    local library
    library=$(rustc --print sysroot 2>/dev/null || true)/lib/rustlib/src/rust/library
    [ -d "$library" ] && return
    command -v rustup >/dev/null ||
        fail "the sources of Rust's standard library are missing: run '$(install_hint rust-src rust-src 'brew install rustup')' or install Rust from https://rustup.rs"
    say "Rust: installing the toolchain of rust-toolchain.toml (about a minute, once)"
    rustup toolchain install && rustup component add rust-src ||
        fail "rustup could not install the toolchain: look at the network, or run 'rustup self update' if rustup is older than 1.28"
}

# Makes .venv from one of the locked lists (lab or test); an unchanged one is left alone.
ensure_python() {
    local list=scripts/requirements-$1.txt stamp=$venv/.installed-$1 wanted
    wanted=$venv$'\n'$("$python" --version)$'\n'$(cat "$list")
    if [ -x "$venv/bin/python" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
        return
    fi
    say "Python: installing what $list names into .venv (about a minute, once)"
    # The longer list lies on top of the shorter one; everything else starts from nothing.
    if [ "$1" = lab ]; then
        "$python" -m venv --clear "$venv"
    fi
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$list" ||
        fail "pip could not install $list: it needs the network once; run this again when it is there"
    printf '%s\n' "$wanted" >"$stamp"
}

install_kernel() {
    "$target/release/bootcamp-kernel" install --prefix "$venv" && "$venv/bin/bootcamp-kernel" warm
}
