#!/usr/bin/env bash
# Installs the Node programs that only the tests use, as package-lock.json has them; they fetch nothing on their own.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/say.sh

installed=node_modules/.installed-$(key package-lock.json)
[ ! -f "$installed" ] || exit 0
if ! command -v npm >/dev/null; then
    [ "${PUBLISH_ALLOW_MISSING:-}" = 1 ] || stop 3 "npm is missing"
    say "npm is missing: Ace and foliate-js will not be used"
    exit 0
fi
say "installing package-lock.json"
again env PUPPETEER_SKIP_DOWNLOAD=1 npm ci --no-audit --no-fund --loglevel=error >&2 || stop 1 "npm could not install package-lock.json"
touch "$installed"
