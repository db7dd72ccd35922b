#!/usr/bin/env bash
# Builds the Dockerfile, runs the container hardened, and drives one journey through it in Chromium:
# train, replay, draw, stop in the middle of a run, start again, resume. Then the class profile behind its
# proxy. Uses the Docker engine that runs, else a private one; everything is removed at the end.
#   NEED_GB=<n>       free disk wanted for a private engine (25)
#   TEST_SCRATCH=<d>  where its files go (/var/tmp)
#   BUILD_OPTIONS=<o> words that docker build gets on top, for an engine that runs
# Exit status: 0 when all went well or nothing could be tried here (which it says), else 1.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

failures=0
succeeded=0
work=
name=latent-lab-test-$$
image=$name:test
url=
compose=()

say() { printf 'docker [%3d s] %s\n' "$SECONDS" "$*"; }

# check <what> <command...>: says how it went; a failure is counted, and shows what was printed.
check() {
    local what=$1
    shift
    if "$@" >"$work/said" 2>&1; then
        succeeded=$((succeeded + 1))
        say "ok   $what"
    else
        failures=$((failures + 1))
        say "FAIL $what"
        tail -n 40 "$work/said"
        return 1
    fi
}

close() {
    local status=$?
    set +e
    trap '' INT TERM
    if [ -n "$work" ]; then
        if [ ${#compose[@]} != 0 ]; then compose down --volumes --timeout 5 >/dev/null 2>&1; fi
        docker rm --force "$name" >/dev/null 2>&1
        docker volume rm "$name" >/dev/null 2>&1
        docker image rm --force "$image" >/dev/null 2>&1
        stop_engine
        rm -rf "$work"
    fi
    exit "$status"
}

compose() {
    LAB_IMAGE=$image PROXY_IMAGE=${private:+latent-lab-proxy} LAB_PORT=$(free_port) SITE_HTTP_PORT=$site_port \
        SITE_HTTPS_PORT=$(free_port) "${compose[@]}" --project-name "$name" --profile class "$@"
}

# compose.yaml needs nothing but a compose: none is an obstacle only where no engine is private.
find_compose() {
    if docker compose version >/dev/null 2>&1; then
        compose=(docker compose)
    elif command -v docker-compose >/dev/null; then
        compose=(docker-compose)
    fi
}

free_port() {
    .venv/bin/python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

build() {
    # BUILD_OPTIONS is a list of words.
    # shellcheck disable=SC2086
    DOCKER_BUILDKIT=1 docker build --progress=plain ${build_options[@]+"${build_options[@]}"} ${BUILD_OPTIONS:-} \
        --tag "$image" .
}

# Read-only, without any capability, with less than the lab's own compose file grants.
start() {
    docker run --detach --name "$name" --read-only \
        --tmpfs /tmp:rw,nosuid,nodev,noexec,size=256m,mode=1777 --cap-drop ALL \
        --security-opt no-new-privileges --memory 3g --pids-limit 256 --cpus 2 \
        --publish 127.0.0.1:0:8501 --volume "$name:/runs" --health-interval 2s "$image" &&
        url=http://$(docker port "$name" 8501/tcp | head -n 1) && take_its_way_out
}

# On a private engine: what asks for another host fails, in the journey or in the log.
take_its_way_out() {
    [ -n "$engine_pid" ] || return 0
    nsenter --net="/proc/$(docker inspect --format '{{.State.Pid}}' "$name")/ns/net" \
        ip route delete default
}

has_no_way_out() {
    # Its one route is the bridge: a way out would have the destination 00000000.
    # Read first: a docker exec that fails says nothing about the routes.
    local routes
    routes=$(docker exec "$name" cat /proc/net/route) && ! grep -qP '^\w+\t00000000\t' <<<"$routes"
}

is_healthy() {
    for _ in $(seq 120); do
        [ "$(docker inspect --format '{{.State.Health.Status}}' "$1")" = healthy ] && return
        sleep 0.5
    done
    docker inspect --format '{{json .State.Health}}' "$1"
    docker logs --tail 40 "$1"
    return 1
}

is_hardened() {
    [ "$(docker exec "$name" id -u)" = 10001 ] &&
        ! docker exec "$name" touch /app/x 2>/dev/null &&
        docker exec "$name" sh -c 'touch /runs/x && rm /runs/x' &&
        docker exec "$name" grep -q '^CapEff:.0*$' /proc/1/status &&
        docker exec "$name" grep -q '^NoNewPrivs:.1$' /proc/1/status
}

# The health check covers the server, not the pages. As a user whom the image does not know: such is
# who --user names for a folder of the host.
pages_run_as_anyone() {
    docker run --rm --interactive --user 4711:4711 --read-only --tmpfs /tmp --tmpfs /runs:mode=1777 \
        --network none "$image" python - <<'END'
import os
from streamlit.testing.v1 import AppTest
from app.navigation import PAGES
for page in PAGES:
    app = AppTest.from_file("/app/lab.py", default_timeout=120).run()
    app = app.switch_page(page.path).run()
    assert not app.exception, (page.name, app.exception)
    assert app.title, page.name
# At once: the queue's thread may still be loading PyTorch, which ends badly under it.
os._exit(0)
END
}

journey() {
    .venv/bin/python -m tests.docker.journey "$@"
}

stops_by_itself() {
    local before=$SECONDS status
    docker stop --time 30 "$name" >/dev/null
    status=$(docker inspect --format '{{.State.ExitCode}} {{.State.OOMKilled}}' "$name")
    echo "exit status, killed for memory: $status; after $((SECONDS - before)) s"
    [ "$status" = "0 false" ] && [ $((SECONDS - before)) -lt 15 ]
}

# Each line on stderr is JSON, and they tell of the run that was stopped.
log_is_structured() {
    docker logs "$name" 2>"$work/log" >/dev/null
    .venv/bin/python - "$work/log" <<'END'
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
events = [line.get("event") for line in lines]
assert events.count("started") == 2 and "done" in events and "interrupted" in events, events
wrong = [line for line in lines if line["level"] in ("error", "critical")]
assert not wrong, wrong
END
}

run_is_interrupted() {
    docker run --rm --volume "$name:/runs:ro" --network none "$image" \
        python -c 'import json, pathlib
states = [json.loads(path.read_text())["status"] for path in pathlib.Path("/runs").glob("*/state.json")]
assert sorted(states) == ["done", "interrupted"], states'
}

lint() {
    .venv/bin/hadolint Dockerfile
}

compose_is_valid() {
    compose config --quiet
}

class_is_up() {
    compose up --detach --no-build && is_healthy "$(compose ps --quiet lab)"
}

# As docs/classroom.md has it: back up, reset, put back.
runs_are_kept() {
    local kept=$work/runs.tgz
    compose exec -T lab tar cz -C /runs . >"$kept" &&
        compose exec -T lab find /runs -mindepth 1 -delete &&
        ! compose exec -T lab ls /runs | grep . &&
        compose exec -T lab tar xz -C /runs <"$kept" &&
        compose exec -T lab ls /runs | grep -- -compression- && compose restart lab &&
        is_healthy "$(compose ps --quiet lab)"
}

class_journey() {
    for _ in $(seq 60); do
        curl -fsS -m 2 "http://127.0.0.1:$site_port/_stcore/health" >/dev/null 2>&1 && break
        sleep 0.5
    done
    journey proxied "http://127.0.0.1:$site_port" || { compose logs --tail 40; return 1; }
}

trap close EXIT
trap 'exit 130' INT TERM
# shellcheck source=scripts/docker_engine.sh
. scripts/docker_engine.sh

private=
if ! command -v docker >/dev/null || ! docker info >/dev/null 2>&1; then
    private=yes
    obstacle=$(engine_obstacle "${TEST_SCRATCH:-/var/tmp}" "${NEED_GB:-25}")
    if [ -n "$obstacle" ]; then
        echo "docker: skipped: $obstacle."
        exit 0
    fi
fi
LATENT_LAB_CHROMIUM=$(scripts/find_chromium.sh)
export LATENT_LAB_CHROMIUM
work=$(mktemp -d "${TEST_SCRATCH:-/var/tmp}/latent-lab.XXXXXX")
if [ -n "$private" ]; then
    install_engine
    start_engine
    make_base_image
    offer_local_packages
    say "a private engine $(docker version --format '{{.Server.Version}}') runs"
fi
site_port=$(free_port)
find_compose

check "hadolint finds nothing in the Dockerfile" lint || true
if [ ${#compose[@]} != 0 ]; then
    check "compose.yaml is valid" compose_is_valid || true
else
    say "skipped: no docker compose here, so neither compose.yaml nor the class is tried"
fi
check "the image is built" build || exit 1
say "it weighs $(docker image inspect --format '{{.Size}}' "$image" | numfmt --to=si)B"
check "it starts" start || exit 1
check "it is healthy" is_healthy "$name" || exit 1
if [ -n "$engine_pid" ]; then check "it has no way out" has_no_way_out || true; fi
check "it is hardened" is_hardened || true
check "every page runs, also as an unknown user" pages_run_as_anyone || true
if check "journey: train, replay, draw, leave a run going" journey train "$url" "$work/visitor"; then
    check "it stops on SIGTERM within 15 s" stops_by_itself || true
    check "the run is interrupted" run_is_interrupted || true
    check "its log is structured" log_is_structured || true
    docker rm --force "$name" >/dev/null
    check "a new container starts" start || exit 1
    check "it is healthy" is_healthy "$name" || exit 1
    check "journey: find the run, resume it" journey resume "$url" "$work/visitor" || true
fi
docker rm --force "$name" >/dev/null
if [ ${#compose[@]} != 0 ]; then
    if [ -n "$private" ]; then make_proxy_image; fi
    if check "the class profile is up" class_is_up; then
        check "journey: the pages through the proxy" class_journey || true
        check "runs are backed up, deleted and put back" runs_are_kept || true
    fi
fi

echo "docker: $succeeded checks went well, $failures did not, in $SECONDS s."
[ "$failures" = 0 ]
