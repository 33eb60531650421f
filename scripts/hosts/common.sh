# What the scripts here share: daemons that are started, waited for and ended. Sourced after ../common.sh.

wrong() {
    printf '%s: %s; see scripts/hosts/%s --help\n' "$(basename "$0")" "$1" "$(basename "$0")" >&2
    exit 2
}

# Where the daemons keep everything.
state=/run/bootcamp-$(basename "$0")

needs_root() { [ "$(id -u)" = 0 ] || fail "this needs root: run it with sudo"; }

needs() { command -v "$1" >/dev/null || fail "$1 is missing: run '$(install_hint "$2" "$2" "no package of macOS has it")'"; }

# Makes $state; what is begun in it and fails is taken back.
make_state() {
    [ ! -e "$state" ] || fail "it is up already: run scripts/hosts/$(basename "$0") down first"
    install -d -m 0755 "$state"
    trap '[ $? = 0 ] || take_back' EXIT
}

take_back() {
    stop_daemons
    rm -rf --one-file-system "$state"
}

# daemon NAME COMMAND...: runs it in the background, with its own log.
daemon() {
    local name=$1
    shift
    setsid "$@" </dev/null >"$state/$name.log" 2>&1 &
    echo $! >"$state/$name.pid"
}

fail_with_log() {
    tail -5 "$state/$1.log" >&2
    fail "$1 did not start; the end of its log is above"
}

# wait_for WHAT SECONDS COMMAND
wait_for() {
    local end=$((SECONDS + $2))
    until "$3"; do
        [ $SECONDS -lt $end ] || { say "waited $2 seconds for $1" >&2 && return 1; }
        sleep 0.2
    done
}

# Ends what `daemon` has started, and waits until it is gone.
stop_daemons() {
    local file process end
    for file in "$state"/*.pid; do
        process=$(cat "$file" 2>/dev/null) || continue
        kill "$process" 2>/dev/null || continue
        end=$((SECONDS + 10))
        while kill -0 "$process" 2>/dev/null; do
            [ $SECONDS -lt $end ] || { kill -9 "$process" && break; }
            sleep 0.1
        done
    done
}
