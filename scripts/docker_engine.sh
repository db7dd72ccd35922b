# shellcheck shell=bash
# A Docker engine for scripts/docker_test.sh, which sources this file: the one that runs, else a
# private one that lives in $work and leaves nothing behind. It touches neither the firewall nor
# another engine, and its containers have no way out of this machine.
# shellcheck disable=SC2154 # work and say are those of the script that sources this

engine_pid=
index_pid=
had_bridge=yes
build_options=()

# Why no private engine can run here; nothing where one can.
engine_obstacle() {
    local room
    if [ "$(id -u)" != 0 ]; then
        echo "no Docker engine runs, and one can only be started by root"
    elif ! command -v apt-get >/dev/null || ! grep -q '^VERSION_CODENAME=bookworm' /etc/os-release 2>/dev/null; then
        echo "no Docker engine runs, and one is installed only on Debian 12, with apt"
    else
        room=$(df --output=avail -BG "$1" | tail -n 1 | tr -dc 0-9)
        if [ "$room" -lt "$2" ]; then
            echo "$1 has $room GB free, and building the image needs $2 GB"
        fi
    fi
}

install_engine() {
    local missing=() package
    for package in docker.io docker-compose mmdebstrap iproute2; do
        dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
    done
    [ ${#missing[@]} = 0 ] && return
    say "installing ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq -o DPkg::Lock::Timeout=300 update
    if ! apt-get -qq -o DPkg::Lock::Timeout=300 install -y --no-install-recommends \
        "${missing[@]}" >"$work/apt.log" 2>&1; then
        tail -n 20 "$work/apt.log"
        return 1
    fi
}

start_engine() {
    ip link show docker0 >/dev/null 2>&1 || had_bridge=no
    export DOCKER_HOST=unix://$work/docker.sock DOCKER_CONFIG=$work/config
    mkdir "$work/bin" "$work/config"
    # Debian's own client first: it has BuildKit without a plug-in.
    ln -s /usr/bin/docker "$work/bin/docker"
    PATH=$work/bin:$PATH
    nice -n 5 dockerd --host "$DOCKER_HOST" --data-root "$work/data" --exec-root "$work/exec" \
        --pidfile "$work/dockerd.pid" --storage-driver overlay2 --bip 172.31.77.1/24 \
        --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false \
        >"$work/dockerd.log" 2>&1 &
    engine_pid=$!
    for _ in $(seq 120); do
        docker version >/dev/null 2>&1 && return
        kill -0 "$engine_pid" 2>/dev/null || break
        sleep 0.5
    done
    tail -n 20 "$work/dockerd.log"
    return 1
}

stop_engine() {
    if [ -n "$index_pid" ]; then kill "$index_pid" 2>/dev/null; fi
    if [ -n "$engine_pid" ]; then
        kill "$engine_pid" 2>/dev/null
        wait "$engine_pid" 2>/dev/null
        umount "$work"/exec/netns/* 2>/dev/null
        if [ "$had_bridge" = no ]; then ip link del docker0 2>/dev/null; fi
    fi
}

# Without a registry there is no python:3.11-slim: Debian 12 with its Python 3.11 stands in.
# It is kept as a file for the next time.
make_base_image() {
    local kept=${XDG_CACHE_HOME:-$HOME/.cache}/latent-lab/bookworm-python.tar memory
    if ! [ -s "$kept" ]; then
        say "making the stand-in for python:3.11-slim"
        mkdir -p "$(dirname "$kept")"
        memory=$(mktemp -d /dev/shm/latent-lab.XXXXXX) # on disk it takes three times as long
        chmod 755 "$memory"
        # shellcheck disable=SC2016
        if ! TMPDIR=$memory mmdebstrap --mode=root --variant=minbase \
            --aptopt='Acquire::Languages "none"' --dpkgopt=force-unsafe-io \
            --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
            --dpkgopt='path-exclude=/usr/share/locale/*' \
            --include=python3,python3-venv,python3-pip,python-is-python3,ca-certificates \
            --customize-hook='rm -f "$1"/usr/lib/python3.11/EXTERNALLY-MANAGED' \
            bookworm "$memory/base.tar" >"$work/mmdebstrap.log" 2>&1; then
            tail -n 20 "$work/mmdebstrap.log"
            rm -rf "$memory"
            return 1
        fi
        mv "$memory/base.tar" "$kept.$$" && mv "$kept.$$" "$kept"
        rm -rf "$memory"
    fi
    # Whom this machine trusts, so that pip gets its packages from where it gets them here.
    mkdir -p "$work/base/etc/ssl/certs"
    cp -L /etc/ssl/certs/ca-certificates.crt "$work/base/etc/ssl/certs/"
    printf '[global]\ncert = /etc/ssl/certs/ca-certificates.crt\n' >"$work/base/etc/pip.conf"
    printf '%s\n' 'FROM latent-lab-debian' 'COPY etc /etc' 'CMD ["python"]' \
        'ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8' \
        >"$work/base/Dockerfile"
    docker import "$kept" latent-lab-debian >/dev/null &&
        DOCKER_BUILDKIT=1 docker build -q -t latent-lab-base "$work/base" >/dev/null &&
        build_options+=(--network host --build-arg BASE_IMAGE=latent-lab-base)
}

# Debian's caddy as a stand-in for caddy:2-alpine.
make_proxy_image() {
    mkdir -p "$work/proxy"
    printf '%s\n' 'FROM latent-lab-base' 'ENV XDG_DATA_HOME=/data XDG_CONFIG_HOME=/config' \
        'RUN apt-get -qq update && apt-get -qq install -y --no-install-recommends caddy' \
        'CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]' \
        >"$work/proxy/Dockerfile"
    DOCKER_BUILDKIT=1 docker build --progress=plain --network host -t latent-lab-proxy "$work/proxy" \
        >"$work/proxy.log" 2>&1 || { tail -n 20 "$work/proxy.log"; return 1; }
}

# Package folders of this machine that pip is set up to use are offered to the build, as the
# further index that the Dockerfile takes: that saves downloading PyTorch.
offer_local_packages() {
    local folders folder number=0 port addresses=
    folders=$(.venv/bin/python -m pip config list 2>/dev/null | tr " '" '\n' |
        sed -n 's|^file://\(/.*\)/simple/*$|\1|p' | sort -u)
    [ -n "$folders" ] || return 0
    mkdir "$work/index"
    port=$(.venv/bin/python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    while read -r folder; do
        number=$((number + 1))
        ln -s "$folder" "$work/index/$number"
        addresses="$addresses http://127.0.0.1:$port/$number/simple/"
    done <<<"$folders"
    .venv/bin/python -m http.server "$port" --bind 127.0.0.1 --directory "$work/index" \
        >"$work/index.log" 2>&1 &
    index_pid=$!
    build_options+=(--build-arg "PIP_EXTRA_INDEX_URL=${addresses# }")
}
