#!/usr/bin/env bash
# Prints the Python to use: PYTHON if it is set, else the first on PATH that is 3.11 or newer.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/say.sh

for name in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
    if command -v "$name" >/dev/null && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        command -v "$name"
        exit 0
    fi
done
found=$("${PYTHON:-python3}" --version 2>&1 || true)
stop 3 "Python 3.11 or newer is needed; ${PYTHON:-python3} is: ${found:-not there}.
Install one (Debian 12, Ubuntu 24.04: apt-get install python3; macOS: brew install python@3.12), or name it: make PYTHON=/path/to/python3"
