# What the scripts of the image share. Sourced; needs `set -u`.

is_root() { [ "$(id -u)" -eq 0 ]; }

# say SERVICE TEXT…: a line of the container's own log
say() {
    who=$1
    shift
    printf '%s | %s\n' "$who" "$*"
}

# as USER COMMAND…: runs it as USER, or as the user of `docker run --user`, who can't become another
as() {
    user=$1
    shift
    if is_root; then
        s6-setuidgid "$user" "$@"
    else
        "$@"
    fi
}

# exec_as USER COMMAND…: the same, in place of the shell
exec_as() {
    user=$1
    shift
    if is_root; then
        exec s6-setuidgid "$user" "$@"
    else
        exec "$@"
    fi
}

# await_ready SERVICE: returns when its readiness was notified. Its output is closed so that, if the
# caller is stopped meanwhile, what is left of it keeps no log open.
await_ready() { s6-svwait -U "/run/sconce/services/$1" > /dev/null 2>&1; }

# --- restarts: at once after the first failure, then after 1, 2, 4 … 30 seconds ---
# /run/sconce/failures.SERVICE holds the failures in a row; /run/sconce/problem.SERVICE says what
# the health check adds to its answer.

starting() {
    date +%s > "/run/sconce/started.$1"
    failures=$(cat "/run/sconce/failures.$1" 2>/dev/null || echo 0)
    [ "$failures" -gt 1 ] || return 0
    delay=$((1 << (failures - 2 < 5 ? failures - 2 : 5)))
    [ "$delay" -le 30 ] || delay=30
    echo "waiting $delay s before start number $((failures + 1))"
    sleep "$delay" > /dev/null 2>&1
    date +%s > "/run/sconce/started.$1"
}

# ended SERVICE CODE SIGNAL: called by ./finish with what s6 tells of the end
ended() {
    if [ -e /run/sconce/stopping ]; then
        return 0
    fi
    how="exited with code $2"
    [ "$2" -lt 256 ] || how="was killed by signal $3"
    started=$(cat "/run/sconce/started.$1" 2>/dev/null || echo 0)
    failures=$(cat "/run/sconce/failures.$1" 2>/dev/null || echo 0)
    [ $(($(date +%s) - started)) -lt 60 ] || failures=0
    failures=$((failures + 1))
    echo "$failures" > "/run/sconce/failures.$1"
    echo "$1 $how (failure $failures in a row); see \`docker logs\`" > "/run/sconce/problem.$1"
    echo "$how; it is started again"
}
