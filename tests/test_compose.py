"""What compose.yaml bounds of each service, which no container is needed to see."""

from __future__ import annotations

import re
from pathlib import Path

TEXT = (Path(__file__).resolve().parents[1] / "compose.yaml").read_text(encoding="utf-8")
#: The text of each service, by its name: what is indented by two blanks begins one.
SERVICES = dict(
    re.findall(
        r"^  (\w+):\n((?:    .*\n|\n)+)", TEXT.partition("\nservices:\n")[2], flags=re.MULTILINE
    )
)


def test_there_are_a_lab_and_a_proxy() -> None:
    assert {*SERVICES} == {"lab", "proxy"}


def test_logs_have_an_end() -> None:
    assert "max-size: 10m" in SERVICES["lab"]
    assert 'max-file: "3"' in SERVICES["lab"]
    assert "logging: &logging" in SERVICES["lab"]
    assert "logging: *logging" in SERVICES["proxy"]


def test_nothing_is_run_from_a_folder_that_can_be_written() -> None:
    for service in SERVICES.values():
        mounts = re.findall(r"- (/\w+:rw,\S+)", service)
        assert mounts
        for mount in mounts:
            assert {"nosuid", "nodev", "noexec"} <= {*mount.partition(":")[2].split(",")}, mount


def test_the_lab_answers_under_the_name_of_the_site() -> None:
    (names,) = re.findall(r"LATENT_LAB_HOSTS: (\S+)", SERVICES["lab"])
    assert names.split(",") == ["${LATENT_LAB_HOSTS:-}", "${SITE_ADDRESS:-}"]
