#!/usr/bin/env bash
# Resolves pyproject.toml's dependencies for every system and every Python from 3.11 on, with the hashes of all files.
# test.lock and bench.lock hold base.lock's versions, so that the tests run, and the benchmarks measure, what users get. `lock.sh --upgrade` takes the newest.
set -euo pipefail
cd "$(dirname "$0")/.."

resolve() {
    .venv/bin/uv --quiet pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate --no-emit-index-url --no-emit-find-links "$@"
}
resolve --group build --output-file requirements/base.lock "$@" >/dev/null
resolve --group build --group test --constraints requirements/base.lock --output-file requirements/test.lock "$@" >/dev/null
resolve --group bench --constraints requirements/test.lock --output-file requirements/bench.lock "$@" >/dev/null
