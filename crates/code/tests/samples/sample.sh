#!/usr/bin/env bash
# A store of greetings.
set -euo pipefail

source ./disk.sh
. "$HOME/.greetings"

CAPACITY=16
readonly TONE="soft"
export STORE_PATH=/tmp/store

# Looks a greeting up.
get() {
  local name="$1"
  INNER=1
  grep "$name" "$STORE_PATH"
}

function greet {
  echo "hello $1"
}

greet "$(get "$1")"

declare -A woods=([oak]=5 [pine]=2)
declare -ri MAX_DOORS=8
typeset -x OWNER
alias ll='ls -l'
shopt -s nullglob

#######################################
# Opens a door.
# Arguments: the door, and its key.
#######################################
house::open() (
  local -r door=$1 key=${2:-none}
  case "$door" in
    front | back) echo "open $door" ;;
    *)
      printf 'no %s\n' "${door^^}" >&2
      return 1
      ;;
  esac
)

knock-twice() {
  for ((i = 0; i < 2; i++)); do
    while read -r line; do
      echo "${line//knock/tap}"
    done < <(house::open "$1")
  done
}

if [[ -n ${DEBUG:-} && $OSTYPE == linux* ]]; then
  debug() { echo "debug: $*" >&2; }
else
  debug() { :; }
fi

usage() {
  cat <<-USAGE
	usage: $0 [-h]
	function not_a_function() { }
	USAGE
}

on_exit() {
  rm -rf "$TMP_DIR"
}
trap on_exit EXIT INT

TMP_DIR="$(mktemp -d)"
OLD_UMASK=$(umask) umask 022
LIST+=("$TMP_DIR")

main() {
  while getopts ":hv" option; do
    case $option in
      h) usage && exit 0 ;;
      v) set -x ;;
    esac
  done
  shift $((OPTIND - 1))
  get "$@" | sort -u | tee >(wc -l)
}

main "$@"
