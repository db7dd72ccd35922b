#!/bin/sh
# Runs every measurement in bench/, one after the other, or the one that BENCH names.
set -eu
cd "$(dirname "$0")/.."

for file in bench/*.py; do
    name=$(basename "$file" .py)
    if [ "$name" = __init__ ] || [ "${BENCH:-$name}" != "$name" ]; then continue; fi
    echo "== bench/$name.py"
    .venv/bin/python -m "bench.$name"
done
