# shellcheck shell=bash
# Shared by the scripts of tools/: sourced, never run.
# The caller has `set -euo pipefail`.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT" || exit 1
mkdir -p build/stamps

# Objects are found again whatever folder the tree is in, and precompiled headers do not defeat the cache.
export CCACHE_DIR=${CCACHE_DIR:-$HOME/.cache/ccache}
export CCACHE_MAXSIZE=${CCACHE_MAXSIZE:-4G}
export CCACHE_BASEDIR=$ROOT
export CCACHE_NOHASHDIR=1
export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime

say() { printf '%s\n' "$*" >&2; }
die() {
  printf 'parley: %s\n' "$*" >&2
  exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# A step is skipped when what it was made from has not changed: `fresh NAME FINGERPRINT` asks, `done_with` remembers.
fresh() { [ "$(cat "build/stamps/$1" 2>/dev/null)" = "$2" ]; }
done_with() { printf '%s\n' "$2" >"build/stamps/$1"; }

fingerprint() { # of files, folders (without what is installed or built in them) and words
  local input
  for input in "$@"; do
    if [ -d "$input" ]; then
      find "$input" \( -name node_modules -o -name dist -o -name coverage \) -prune -o -type f -print0 | sort -z | xargs -0r sha256sum
    elif [ -f "$input" ]; then
      sha256sum "$input"
    else
      printf '%s\n' "$input"
    fi
  done | sha256sum | cut -d' ' -f1
}

# Runs a command quietly: its output goes to a file, and is shown only when it fails.
quietly() { # NAME COMMAND...
  local log=build/log/$1.log
  shift
  mkdir -p build/log
  if ! "$@" >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    die "failed: $* (all of its output: $log)"
  fi
}

# The Node that tools/setup put under build/ where the system's is too old goes first.
use_node() {
  if [ -x build/node/bin/node ]; then PATH=$ROOT/build/node/bin:$PATH; fi
}
