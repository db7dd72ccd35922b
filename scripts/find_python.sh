#!/bin/sh
# Prints a Python that can make the lab's environment: 3.11 to 3.14, with its venv module.
# PYTHON=<command> names one; without it the usual names on the PATH are tried.
set -u

lacking=
seen=
# The pinned packages exist for 3.11 to 3.14. A name on the PATH may still not run, so each is tried.
for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
    path=$(command -v "$candidate" 2>/dev/null) || continue
    version=$("$path" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
    seen="$seen $candidate is $version;"
    case $version in 3.11 | 3.12 | 3.13 | 3.14) ;; *) continue ;; esac
    if "$path" -c 'import venv, ensurepip' 2>/dev/null; then
        echo "$path"
        exit 0
    fi
    lacking=${lacking:-$version}
done

if [ -n "$lacking" ]; then
    echo "Python $lacking is here but its venv module is not; install it" \
        "(Debian, Ubuntu: apt install python$lacking-venv) and start again." >&2
else
    echo "Latent Lab needs Python 3.11, 3.12, 3.13 or 3.14 (found:${seen:- none});" \
        "install one from https://www.python.org/downloads/ or name one with PYTHON=<command>." >&2
fi
exit 1
