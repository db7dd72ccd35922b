#!/bin/sh
# Finds a Chromium for the tests and prints its path; prints nothing where Playwright has its own.
# One on the PATH, else Debian's package (root on Debian), else Playwright's download.
# The headless shell comes first, as with Playwright: it draws the same pages, and has no windows
# and menus of its own, which cost a third of the time that opening a page takes.
set -u
cd "$(dirname "$0")/.." || exit 1

# Ubuntu has a chromium-browser that only asks for a snap: whatever is found must also start.
first_that_starts() {
    for candidate in \
        chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable \
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" \
        "/Applications/Chromium.app/Contents/MacOS/Chromium"; do
        path=$(command -v "$candidate" 2>/dev/null) || continue
        if "$path" --version >/dev/null 2>&1; then
            echo "$path"
            return 0
        fi
    done
    return 1
}

if [ -n "${LATENT_LAB_CHROMIUM:-}" ]; then
    if "$LATENT_LAB_CHROMIUM" --version >/dev/null 2>&1; then
        echo "$LATENT_LAB_CHROMIUM"
        exit 0
    fi
    echo "LATENT_LAB_CHROMIUM (=$LATENT_LAB_CHROMIUM) does not start;" \
        "name the browser's program or leave it out." >&2
    exit 1
fi

first_that_starts && exit 0

if [ "$(id -u)" = 0 ] && grep -q '^ID=debian' /etc/os-release 2>/dev/null; then
    echo "Installing Debian's chromium for the tests." >&2
    apt-get update -q >&2
    for package in chromium-headless-shell chromium; do
        DEBIAN_FRONTEND=noninteractive apt-get install -yq --no-install-recommends "$package" >&2
        first_that_starts && exit 0
    done
fi

.venv/bin/python -m playwright install chromium >&2 && exit 0

echo "The tests need a Chromium and none could be installed;" \
    "install one, or name one with LATENT_LAB_CHROMIUM=<program>." >&2
exit 1
