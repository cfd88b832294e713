#!/usr/bin/env bash
# Makes .venv and installs what the lock file says: `python.sh base` to build, `test` to work on publish, `bench` to measure.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/say.sh

lock=requirements/$1.lock
locked=.venv/.$1-$(key "$lock")
project=.venv/.project-$(key pyproject.toml)
pip() { .venv/bin/python -m pip --disable-pip-version-check --quiet --retries 5 "$@"; }

if ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python=$(tools/find-python.sh)
    say "making .venv with $("$python" --version)"
    rm -rf .venv
    "$python" -m venv .venv
fi
if [ ! -f "$locked" ]; then
    say "installing $lock"
    again pip install --require-hashes -r "$lock" || stop 1 "pip could not install $lock"
    rm -f .venv/."$1"-*
    touch "$locked"
fi
if [ ! -f "$project" ]; then
    pip install --no-deps --no-build-isolation --editable .
    rm -f .venv/.project-*
    touch "$project"
fi
# As pip does for what it installs: else each process compiles publish anew where Python may not keep what it compiled.
.venv/bin/python -m compileall -q src
