# Read by the other scripts here: how they speak, stop and try again.

say() { printf '%s\n' "$*" >&2; }

# stop CODE WORDS…: exit codes are those of publish: 1 failed, 3 a component is missing.
stop() {
    code=$1
    shift
    say "error: $*"
    exit "$code"
}

# again COMMAND…: up to three times, for networks have bad moments.
again() {
    for pause in 5 20 0; do
        "$@" && return 0
        [ "$pause" -eq 0 ] && return 1
        say "that failed; trying again in $pause s"
        sleep "$pause"
    done
}

# key FILE…: one word that changes with the files' content or the working directory.
key() { { pwd; cat "$@"; } | cksum | tr ' ' '-'; }
