#!/usr/bin/env bash
# Makes sure that the machine has what is named (python, browser, database, pdf, node): from Debian's packages, only if missing.
set -euo pipefail

has() {
  case "$1" in
    python) python3 -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' ;;
    browser) test -x /usr/bin/chromium ;;
    database) compgen -G '/usr/lib/postgresql/*/bin/initdb' ;;
    pdf) has_libraries libpango-1.0.so.0 libpangoft2-1.0.so.0 libharfbuzz-subset.so.0 ;;
    node) node --version && npm --version ;;
    *) false ;;
  esac >/dev/null 2>&1
}

has_libraries() {
  for library in "$@"; do
    compgen -G "/usr/lib/*/$library" || compgen -G "/usr/lib*/$library" || return 1
  done
}

packages() {
  case "$1" in
    python) echo python3 python3-venv ;;
    browser) echo chromium fonts-liberation ;;
    database) echo postgresql ;;
    pdf) echo libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 ;;
    node) echo nodejs npm ;;
    *) echo "tools/need.sh does not know '$1'." >&2; exit 2 ;;
  esac
}

missing=()
for thing in "$@"; do
  names=$(packages "$thing")
  # The names are words of their own, so the list is left unquoted on purpose.
  has "$thing" || missing+=($names)
done
[ ${#missing[@]} -gt 0 ] || exit 0

line="apt-get install -y --no-install-recommends ${missing[*]}"
if [ "$(id -u)" -ne 0 ]; then
  printf 'This machine lacks: %s. Please run:\n\n    sudo %s\n\n' "${missing[*]}" "$line" >&2
  exit 1
fi
echo "Installing what is missing: $line"
apt-get update -q
DEBIAN_FRONTEND=noninteractive $line
for thing in "$@"; do
  has "$thing" || { echo "Still missing after that line: $thing." >&2; exit 1; }
done
