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
