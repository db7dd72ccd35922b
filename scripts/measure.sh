#!/bin/sh
# Makes every file in bench/results anew, one after the other, or the one that BENCH names.
set -eu
cd "$(dirname "$0")/.."

found=
for file in bench/results/*.md; do
    name=$(basename "$file" .md)
    if [ "${BENCH:-$name}" != "$name" ]; then continue; fi
    found=yes
    echo "== bench/$name.py"
    .venv/bin/python -m "bench.$name"
done
if [ -z "$found" ]; then
    echo "There is no bench/results/${BENCH:-}.md; name one of those, without its ending." >&2
    exit 1
fi
