"""When `.ci/run` and `make docker-test` try the container, and what becomes of their exit code."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.test_commands import Project

CLOSING = "=== 41 passed in 21.55s ==="


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path)
    made.add("make", f'#!/bin/sh\necho "{CLOSING}"\n')
    return made


def docker_test_ends(project: Project, code: int) -> None:
    script = project.root / "scripts" / "docker_test.sh"
    script.write_text(f"#!/bin/sh\necho 'docker: it was tried.'\nexit {code}\n")


def test_without_apt_it_is_skipped_and_says_why(project: Project) -> None:
    done = project.run("scripts/docker_test.sh")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("docker: skipped: no Docker engine runs, and ")
    assert done.stdout.count("\n") == 1


def test_without_room_it_is_skipped_and_says_why(project: Project) -> None:
    project.add("id", "#!/bin/sh\necho 0\n")
    project.add("apt-get", "#!/bin/sh\nexit 1\n")
    project.add("grep", "#!/bin/sh\nexit 0\n")
    project.add("df", "#!/bin/sh\necho Avail\necho ' 7G'\n")
    project.add("tr", "#!/bin/sh\nread words\necho 7\n")
    done = project.run("scripts/docker_test.sh")
    assert done.returncode == 0, done.stderr
    assert done.stdout == (
        "docker: skipped: /var/tmp has 7 GB free, and building the image needs 25 GB.\n"
    )


@pytest.mark.parametrize("code", [0, 1])
def test_ci_fails_where_the_container_does(project: Project, code: int) -> None:
    docker_test_ends(project, code)
    done = project.run(".ci/run")
    assert done.returncode == code
    assert "docker: it was tried." in done.stdout
    assert done.stdout.splitlines()[-1] == CLOSING


def test_a_skip_does_not_fail_ci(project: Project) -> None:
    done = project.run(".ci/run")
    assert done.returncode == 0
    assert "docker: skipped: " in done.stdout
    assert done.stdout.splitlines()[-1] == CLOSING


def test_ci_does_not_try_it_where_the_tests_failed(project: Project) -> None:
    docker_test_ends(project, 0)
    project.add("make", "#!/bin/sh\necho '=== 1 failed in 2.00s ==='\nexit 2\n")
    done = project.run(".ci/run")
    assert done.returncode == 2
    assert "docker: it was tried." not in done.stdout
    assert "docker: not tried, since make test failed." in done.stderr
