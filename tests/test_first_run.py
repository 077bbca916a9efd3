"""The first run: what set-up says and does on machines that lack something."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
BASE_PYTHON = Path(sys.base_prefix, "bin", "python3")
ROOT_USER, PLAIN_USER = 0, 1000
BY_HAND = "apt-get update && apt-get install -y --no-install-recommends papaya"
LACKS = f"this machine lacks papaya: as root, type: {BY_HAND}"
PROJECT = """
[tool.handouts.system-packages.run]
"papaya" = "papaya-press"
[tool.handouts.system-packages.test]
"mango" = "mango-press"
"""


def load_setup() -> ModuleType:
    specification = importlib.util.spec_from_file_location("set_up", ROOT / ".ci" / "setup.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


setup = load_setup()


class Machine:
    """A machine of fakes: `PATH` holds these programs and no others; each call is in the log."""

    def __init__(self, folder: Path) -> None:
        self.programs = folder / "programs"
        self.programs.mkdir()
        self.log = folder / "calls"
        self.log.touch()
        (self.programs / "env").symlink_to(str(shutil.which("env")))

    def add(self, name: str, body: str) -> None:
        program = self.programs / name
        program.write_text(f'#!/bin/sh\necho "{name} $*" >>"{self.log}"\n{body}\n', encoding="utf-8")
        program.chmod(0o755)

    def add_apt(self, *brings: str, update: str = ":") -> None:
        """An apt-get that brings these programs when it is asked to install."""
        ready = [f'/bin/ln -s /bin/true "{self.programs}/{name}"' for name in brings]
        self.add("apt-get", f'case "$*" in *install*) {"; ".join([*ready, ":"])};; *) {update};; esac')

    def calls(self) -> list[str]:
        return self.log.read_text(encoding="utf-8").splitlines()


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine(tmp_path)
    monkeypatch.setenv("PATH", str(made.programs))
    return made


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with what set-up reads, and two packages that no machine has."""
    folder = tmp_path / "checkout"
    (folder / "tests").mkdir(parents=True)
    (folder / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    for lock in ("requirements.lock", "tests/requirements.lock"):
        (folder / lock).write_text("", encoding="utf-8")
    return folder


@pytest.fixture
def installs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Stands in for pip, which needs the network: notes which lock it was given."""
    locks: list[str] = []
    monkeypatch.setattr(setup, "install_python_packages", lambda _, lock: locks.append(lock))
    return locks


# --- Python ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "modules", "says"),
    [
        ((3, 10, 2), {"pip", "venv"}, "python3 is 3.10.2: install Python 3.11 or later"),
        ((3, 11, 2), {"venv"}, "python3 has no `pip`: as root, type: apt-get update && apt-get"),
        ((3, 13, 0), {"pip"}, "python3 has no `venv`: as root, type: apt-get update && apt-get"),
    ],
)
def test_a_python_that_will_not_do(version: tuple[int, ...], modules: set[str], says: str) -> None:
    with pytest.raises(setup.MachineLacks) as lack:
        setup.check_python(version, modules.__contains__)
    assert str(lack.value).startswith(says)
    assert "\n" not in str(lack.value)


def test_a_python_that_will_do() -> None:
    setup.check_python((3, 11, 2), {"pip", "venv"}.__contains__)


def test_no_python_at_all_is_one_line(tmp_path: Path) -> None:
    make = str(shutil.which("make"))
    done = subprocess.run(
        [make, "-C", ROOT, "setup"],
        env={"PATH": str(tmp_path)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.stderr.splitlines()[0] == "set-up: install Python 3.11 or later first"
    assert "Error 3" in done.stderr


# --- what pip cannot install -----------------------------------------------------------------


def test_a_library_and_a_program_are_found(machine: Machine) -> None:
    machine.add("papaya-press", "")
    assert setup.is_there("papaya-press")
    assert setup.is_there("libc.so.6")
    assert not setup.is_there("libpapaya.so.0")


def test_the_list_for_tests_includes_the_list_for_a_run() -> None:
    run, test = (setup.system_packages(ROOT, wanted) for wanted in ("run", "test"))
    assert run
    assert run.items() < test.items()


def test_a_plain_user_gets_one_line_and_exit_code_3(machine: Machine, checkout: Path) -> None:
    machine.add_apt("papaya-press")
    shutil.copytree(ROOT / ".ci", checkout / ".ci")
    program = f"import setup, pathlib; exit(setup.main(['run'], pathlib.Path('.'), {PLAIN_USER}))"
    done = subprocess.run(
        [str(BASE_PYTHON), "-c", f"import sys; sys.path.insert(0, '.ci'); {program}"],
        cwd=checkout,
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (3, f"set-up: {LACKS}\n")
    assert machine.calls() == []
    assert not (checkout / ".venv").exists()


def test_sudo_that_wants_a_password_is_not_asked_again(machine: Machine) -> None:
    machine.add("sudo", "exit 1")
    machine.add_apt("papaya-press")
    with pytest.raises(setup.MachineLacks, match=re.escape(LACKS)):
        setup.install_system_packages({"papaya": "papaya-press"}, PLAIN_USER)
    assert machine.calls() == ["sudo -n true"]


def test_passwordless_sudo_installs_without_questions(machine: Machine) -> None:
    machine.add("sudo", 'shift; [ "$1" = true ] || exec "$@"')
    machine.add_apt("papaya-press")
    setup.install_system_packages({"papaya": "papaya-press"}, PLAIN_USER)
    assert "DEBIAN_FRONTEND=noninteractive" in machine.calls()[1]
    assert [call for call in machine.calls() if call.startswith("apt-get")] == [
        "apt-get -qq update",
        "apt-get -qq -o Dpkg::Use-Pty=0 install -y --no-install-recommends papaya",
    ]


def test_root_installs_only_what_is_missing(machine: Machine) -> None:
    machine.add("mango-press", "")
    machine.add_apt("papaya-press")
    packages = {"mango": "mango-press", "papaya": "papaya-press"}
    setup.install_system_packages(packages, ROOT_USER)
    assert machine.calls()[-1] == "apt-get -qq -o Dpkg::Use-Pty=0 install -y --no-install-recommends papaya"


def test_nothing_missing_runs_nothing(machine: Machine) -> None:
    machine.add("papaya-press", "")
    setup.install_system_packages({"papaya": "papaya-press"}, ROOT_USER)
    assert machine.calls() == []


@pytest.mark.parametrize("body", ["exit 100", ":"], ids=["apt fails", "apt brings something else"])
def test_root_gets_the_line_where_apt_does_not_help(machine: Machine, body: str) -> None:
    machine.add("apt-get", body)
    with pytest.raises(setup.MachineLacks, match=re.escape(LACKS)):
        setup.install_system_packages({"papaya": "papaya-press"}, ROOT_USER)
    assert machine.calls()[0] == "apt-get -qq update"
    assert machine.calls()[-1].endswith("install -y --no-install-recommends papaya")


def test_one_broken_source_does_not_stop_the_install(machine: Machine) -> None:
    machine.add_apt("papaya-press", update="exit 100")
    setup.install_system_packages({"papaya": "papaya-press"}, ROOT_USER)
    assert machine.calls()[0] == "apt-get -qq update"


def test_a_system_without_apt_gets_the_names(machine: Machine) -> None:
    assert machine.calls() == []
    with pytest.raises(setup.MachineLacks, match="lacks papaya"):
        setup.install_system_packages({"papaya": "papaya-press"}, ROOT_USER)


# --- .venv -----------------------------------------------------------------------------------


def test_a_run_and_then_the_tests_install_each_lock_once(checkout: Path, installs: list[str]) -> None:
    for wanted in ("run", "run", "test", "test", "run"):
        setup.prepare_environment(checkout, wanted)
    assert installs == ["requirements.lock", "tests/requirements.lock"]


def test_the_tests_bring_what_a_run_needs(checkout: Path, installs: list[str]) -> None:
    for wanted in ("test", "run"):
        setup.prepare_environment(checkout, wanted)
    assert installs == ["tests/requirements.lock"]


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml"])
def test_a_changed_lock_starts_anew(checkout: Path, installs: list[str], name: str) -> None:
    setup.prepare_environment(checkout, "run")
    left_over = checkout / ".venv" / "left-over"
    left_over.touch()
    (checkout / name).write_text(PROJECT + "# changed", encoding="utf-8")
    setup.prepare_environment(checkout, "run")
    assert installs == ["requirements.lock", "requirements.lock"]
    assert not left_over.exists()


def test_a_moved_checkout_starts_anew(checkout: Path, installs: list[str]) -> None:
    setup.prepare_environment(checkout, "run")
    moved = checkout.rename(checkout.with_name("moved"))
    setup.prepare_environment(moved, "run")
    assert len(installs) == 2


def test_a_set_up_that_was_killed_is_healed(
    checkout: Path, installs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(_: Path, __: str) -> None:
        raise KeyboardInterrupt

    setup.prepare_environment(checkout, "run")
    monkeypatch.setattr(setup, "install_python_packages", killed)
    with pytest.raises(KeyboardInterrupt):
        setup.prepare_environment(checkout, "test")
    monkeypatch.undo()
    assert not setup.is_stamped(checkout, "run")
    (checkout / ".venv" / "half-made").touch()
    monkeypatch.setattr(setup, "install_python_packages", lambda _, lock: installs.append(lock))
    setup.prepare_environment(checkout, "run")
    assert setup.is_stamped(checkout, "run")
    assert not (checkout / ".venv" / "half-made").exists()


def test_an_environment_without_its_python_is_not_ready(checkout: Path, installs: list[str]) -> None:
    setup.prepare_environment(checkout, "run")
    assert installs
    (checkout / ".venv" / "bin" / "python").unlink()
    assert not setup.is_stamped(checkout, "run")


def test_pip_that_fails_is_one_line_more(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "executable", str(BASE_PYTHON))
    (checkout / "requirements.lock").write_text("two words\n", encoding="utf-8")
    setup.make_environment(checkout)
    with pytest.raises(setup.MachineLacks, match="pip could not install"):
        setup.install_python_packages(checkout, "requirements.lock")
    assert "Invalid requirement" in capfd.readouterr().err


def test_a_wrong_word_is_wrong_usage(checkout: Path) -> None:
    assert setup.main(["everything"], checkout, PLAIN_USER) == 2


# --- the door --------------------------------------------------------------------------------


def run_door(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """`python3 build.py` by a Python that knows no packages."""
    shutil.copy(ROOT / "build.py", folder)
    command = [str(BASE_PYTHON), "-I", "-S", str(folder / "build.py"), *options]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def test_the_door_names_the_one_line_to_type(tmp_path: Path) -> None:
    done = run_door(tmp_path)
    assert done.returncode == 3
    assert done.stderr == "build.py: set-up is not done: type `make handouts`\n"


def test_the_door_of_a_half_made_environment_says_the_same(tmp_path: Path) -> None:
    setup.make_environment(tmp_path)
    done = run_door(tmp_path)
    assert done.returncode == 3
    assert done.stderr == "build.py: set-up is not done: type `make handouts`\n"


def test_the_door_runs_itself_inside_with_the_same_options(tmp_path: Path) -> None:
    inside = tmp_path / ".venv" / "bin" / "python"
    inside.parent.mkdir(parents=True)
    inside.write_text('#!/bin/sh\necho "$@"\n', encoding="utf-8")
    inside.chmod(0o755)
    done = run_door(tmp_path, "--lang", "es")
    assert done.stdout == f"{tmp_path}/build.py --lang es\n"


def test_ci_runs_the_command_of_the_readme() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    commands = [line for line in lines if line and not line.startswith("#")]
    assert commands == ['cd "$(dirname "${BASH_SOURCE[0]}")/.." && exec make test </dev/null']
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert "make test\n" in (ROOT / "README.md").read_text(encoding="utf-8")


# --- the locks -------------------------------------------------------------------------------


def read_lock(name: str) -> dict[str, str]:
    """Pinned version of each package; a package that is not wanted here has its pin too."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", text, flags=re.MULTILINE))


def requirements(*groups: str) -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lines = [*project["project"]["dependencies"]]
    for group in groups:
        lines += [line for line in project["dependency-groups"][group] if isinstance(line, str)]
    return [Requirement(line) for line in lines]


@pytest.mark.parametrize(
    ("lock", "groups"),
    [("requirements.lock", ["build"]), ("tests/requirements.lock", ["build", "test"])],
)
def test_a_lock_pins_what_the_project_asks_for(lock: str, groups: list[str]) -> None:
    pins = read_lock(lock)
    asked = requirements(*groups)
    assert asked
    for requirement in asked:
        assert requirement.specifier.contains(pins[requirement.name.lower()]), requirement


def test_the_tests_run_with_the_versions_that_clinics_get() -> None:
    run, test = read_lock("requirements.lock"), read_lock("tests/requirements.lock")
    assert run.items() < test.items()


@pytest.mark.parametrize("lock", ["requirements.lock", "tests/requirements.lock"])
def test_a_lock_has_hashes_and_no_place_of_one_machine(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    entries = re.split(r"^(?=\S+==)", text, flags=re.MULTILINE)[1:]
    assert entries
    assert all("--hash=sha256:" in entry for entry in entries)
    assert not re.search(r"://|/[a-z]+/|--index|--find-links|--trusted", text)
