# shellcheck shell=bash
# A bare Debian 12 in a folder (debootstrap, chroot), to prove there what a fresh machine would do: sourced after lib.sh.
# The caller sets BARE, the folder, and calls bare_unmount when it ends. This machine's sources of packages and settings
# of apt, npm and pip are used as they are.
BARE_SUITE=bookworm

# What cannot be tried on this machine says nothing of the product: one line why, and an exit code that tests/run knows.
cannot() {
  say "$*"
  exit 77
}

# Ends the script where no bare Debian can be made. Else it goes on with mounts of its own, which nobody else sees and
# which end with it, however it ends: a folder that somebody else removes has nothing of the machine below it.
bare_begin() { # ARGUMENT... of the script
  [ -z "${BARE_BEGUN:-}" ] || return 0
  [ "$(id -u)" = 0 ] || cannot "a bare Debian is made by root only"
  have debootstrap || cannot "a bare Debian needs debootstrap, which is not installed"
  [ -n "$(bare_mirror)" ] || cannot "a bare Debian needs a source of packages of $BARE_SUITE, and apt has none"
  unshare --mount true 2>/dev/null || cannot "a bare Debian needs mounts, which are not permitted here"
  BARE_BEGUN=1 exec unshare --mount "$ROOT/tools/$(basename "$0")" "$@"
}

bare_mirror() { # the first source of packages of this machine, whichever form its file has
  { cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null || true; } |
    sed -nE 's/^deb +(\[[^]]*\] +)?([^ ]+) +'"$BARE_SUITE"' .*/\2/p'
  { cat /etc/apt/sources.list.d/*.sources 2>/dev/null || true; } | sed -nE 's/^URIs: *([^ ]+).*/\1/p'
}

bare_mounted() { awk -v at="$BARE" '$2 == at || index($2, at "/") == 1 { print $2 }' /proc/mounts | sort -r; }

# Nothing of the machine may stay mounted below a folder that is about to be removed.
bare_unmount() {
  local point
  for point in $(bare_mounted); do umount "$point" 2>/dev/null || umount -l "$point"; done
  [ -z "$(bare_mounted)" ] || die "still mounted: $(bare_mounted)"
}

bare_mount() { # false where one is refused
  mount --bind "$BARE" "$BARE" || return # a root that is a mount: else no test in there could have mounts of its own
  mount -t proc proc "$BARE/proc" || return
  local device
  for device in null zero full random urandom tty; do
    [ -e "$BARE/dev/$device" ] || touch "$BARE/dev/$device"
    mount --bind "/dev/$device" "$BARE/dev/$device" || return
  done
  mkdir -p "$BARE/dev/pts" "$BARE/dev/shm"
  mount -t tmpfs tmpfs "$BARE/dev/shm" || return
  mount -t devpts devpts "$BARE/dev/pts" -o newinstance,ptmxmode=0666,mode=620 || return
  [ -e "$BARE/dev/ptmx" ] || ln -s pts/ptmx "$BARE/dev/ptmx"
  [ -e "$BARE/dev/fd" ] || ln -s /proc/self/fd "$BARE/dev/fd"
}

# How this machine reaches its packages: copied as it is, or nothing could be installed there.
bare_copy_settings() {
  local file
  for file in /etc/resolv.conf /etc/hosts /etc/pip.conf /etc/npmrc /root/.npmrc /root/.config/pip/pip.conf /root/.pip/pip.conf \
    "${PIP_CONFIG_FILE:-}" "${PIP_CERT:-}" "${SSL_CERT_FILE:-}" "${NODE_EXTRA_CA_CERTS:-}" "$(npm config get globalconfig 2>/dev/null || true)" \
    "$(npm config get cafile 2>/dev/null || true)"; do
    [ -f "$file" ] || continue
    mkdir -p "$BARE$(dirname "$file")"
    cp -L "$file" "$BARE$file"
  done
  cp -rL /etc/apt/apt.conf.d/. "$BARE/etc/apt/apt.conf.d/"
  mkdir -p "$BARE/usr/local/share/ca-certificates"
  cp -rL /usr/local/share/ca-certificates/. "$BARE/usr/local/share/ca-certificates/" 2>/dev/null || true
  # Sources of this suite only: another vendor's compiler or Node would prove nothing.
  rm -f "$BARE/etc/apt/sources.list"
  { grep -lE "^(Suites:.*|deb .*)\b$BARE_SUITE\b" /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null || true; } | while read -r file; do
    if grep -qE '^Signed-By:.*(debian-archive)' "$file" || [ "$file" = /etc/apt/sources.list ]; then cp -L "$file" "$BARE$file"; fi
  done
}

bare_make() { # a new one, mounted, with its package lists read
  bare_unmount
  rm -rf --one-file-system "$BARE"
  mkdir -p "$BARE"
  say "Making a bare Debian ($BARE_SUITE) in $BARE"
  (quietly debootstrap debootstrap --variant=minbase --include=ca-certificates "$BARE_SUITE" "$BARE" "$(bare_mirror | head -n 1)") ||
    cannot "debootstrap could not make a bare Debian (build/log/debootstrap.log)"
  bare_copy_settings
  bare_mount || cannot "a bare Debian needs /proc and /dev, and mounting them was refused"
  (quietly bare-apt in_bare "update-ca-certificates && apt-get update -q") ||
    cannot "the bare Debian reaches no packages (build/log/bare-apt.log)"
}

in_bare() { # SHELL COMMAND: with the variables that say how packages are reached, and nothing else of this shell
  local -a kept=(DEBIAN_FRONTEND=noninteractive)
  local line
  while IFS= read -r line; do kept+=("$line"); done < <(env | grep -iE '^(pip_|npm_|node_extra_|ssl_cert|https?_proxy=|no_proxy=|go(proxy|sumdb|nosumdb|private|insecure|flags)=)' || true)
  env -i "${kept[@]}" HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
    chroot "$BARE" /bin/bash -c "$1"
}
