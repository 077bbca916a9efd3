"""Set-up: makes `.venv` and installs what pip cannot. The Makefile calls it.

`setup.py run` brings what the handouts need, `setup.py test` what the tests need as well.
Standard library only, and readable by any Python 3, so that an old one still gets its one line.
Exit codes: 0 ready, 3 this machine lacks something (one line says what, and what to type).
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {"run": ["requirements.lock"], "test": ["requirements.lock", "tests/requirements.lock"]}
MACHINE_LACKS = 3

# No recommended packages: a clinic's machine gets what is needed and no more.
APT_UPDATE = ["apt-get", "-qq", "update"]
APT_INSTALL = ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0", "install", "-y", "--no-install-recommends"]


class MachineLacks(Exception):
    """The machine lacks something that set-up may not or cannot bring; the message is one line."""


def say(line: str) -> None:
    """Talk goes to standard error, as everywhere in this project."""
    print(f"set-up: {line}", file=sys.stderr, flush=True)


def succeeds(command: list[str]) -> bool:
    """Runs a command that asks nothing and shows only its complaints; whether it went well."""
    quiet = subprocess.DEVNULL
    return subprocess.run(command, check=False, stdin=quiet, stdout=quiet).returncode == 0


# --- Python itself ---------------------------------------------------------------------------


def check_python(version: tuple[int, ...], has_module: Callable[[str], bool]) -> None:
    """Raises MachineLacks where python3 is too old, or comes without pip or venv."""
    if version < (3, 11):
        found = ".".join(str(number) for number in version[:3])
        raise MachineLacks(f"python3 is {found}: install Python 3.11 or later")
    for module in ("pip", "venv"):
        if not has_module(module):
            by_hand = f"apt-get update && apt-get install -y python3-{module}"
            raise MachineLacks(f"python3 has no `{module}`: as root, type: {by_hand}")


def has_module(name: str) -> bool:
    """Whether this Python can import `name`; nothing is imported."""
    return importlib.util.find_spec(name) is not None


# --- what pip cannot install -----------------------------------------------------------------


def system_packages(root: Path, wanted: str) -> dict[str, str]:
    """Debian's package = the library or program that shows it is there, from pyproject.toml."""
    import tomllib  # an older Python has none and must get as far as its one line

    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    lists = project["tool"]["handouts"]["system-packages"]
    return {**lists["run"], **(lists["test"] if wanted == "test" else {})}


def is_there(sign: str) -> bool:
    """Whether a shared library (a name with `.so`) loads, or a program is on PATH."""
    if ".so" not in sign:
        return shutil.which(sign) is not None
    try:
        ctypes.CDLL(sign)
    except OSError:
        return False
    return True


def find_missing(packages: dict[str, str]) -> list[str]:
    """The Debian packages whose sign is not there, in the order of the list."""
    return [package for package, sign in packages.items() if not is_there(sign)]


def administrator(user_id: int) -> list[str] | None:
    """What a command needs in front to run as root: nothing, `sudo -n`; None where not allowed."""
    if user_id == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    asked = subprocess.run(["sudo", "-n", "true"], check=False, capture_output=True)
    return ["sudo", "-n"] if asked.returncode == 0 else None


def install_system_packages(packages: dict[str, str], user_id: int) -> None:
    """Installs what is missing; raises MachineLacks where that is not allowed or fails."""
    missing = find_missing(packages)
    if not missing:
        return
    by_hand = f"apt-get update && apt-get install -y --no-install-recommends {' '.join(missing)}"
    lacks = f"this machine lacks {' '.join(missing)}: as root, type: {by_hand}"
    prefix = administrator(user_id)
    if prefix is None or shutil.which("apt-get") is None:
        raise MachineLacks(lacks)
    say(f"installing {' '.join(missing)}")
    quietly = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive"]
    succeeds([*quietly, *APT_UPDATE])  # one broken source among many fails it: the install decides
    if not succeeds([*quietly, *APT_INSTALL, *missing]) or find_missing(packages):
        raise MachineLacks(lacks)


# --- .venv -----------------------------------------------------------------------------------


def leave_environment() -> None:
    """Runs this again by the Python below an activated `.venv`: that one has pip."""
    if Path(sys.prefix) == ROOT / ".venv":
        python = str(Path(sys.base_prefix, "bin", "python3"))
        os.execv(python, [python, *sys.argv])  # noqa: S606  # this file, no shell


def stamp_text(root: Path, wanted: str) -> str:
    """A digest of all that decides what lies in `.venv`: locks, pyproject.toml, Python, place."""
    digest = hashlib.sha256()
    for name in ["pyproject.toml", *LOCKS[wanted]]:
        digest.update((root / name).read_bytes())
    digest.update(repr((str(root), sys.base_prefix, sys.version_info[:2])).encode())
    return digest.hexdigest()


def is_stamped(root: Path, wanted: str) -> bool:
    """Whether `.venv` was made whole, for `wanted`, from the files as they are now."""
    stamp = root / ".venv" / f"set-up-{wanted}"
    if not stamp.is_file() or not (root / ".venv" / "bin" / "python").exists():
        return False
    return stamp.read_text(encoding="utf-8") == stamp_text(root, wanted)


def write_stamps(root: Path, wanted: str) -> None:
    """Marks `.venv` as whole; what the tests need includes what a run needs."""
    for name in {"run", wanted}:
        (root / ".venv" / f"set-up-{name}").write_text(stamp_text(root, name), encoding="utf-8")


def remove_stamps(root: Path) -> None:
    """From here until `write_stamps` a killed set-up is seen as half made."""
    for name in LOCKS:
        (root / ".venv" / f"set-up-{name}").unlink(missing_ok=True)


def make_environment(root: Path) -> None:
    """An empty `.venv`, whatever stood there; without pip, which Debian's venv cannot bring."""
    command = [sys.executable, "-m", "venv", "--without-pip", "--clear", str(root / ".venv")]
    if not succeeds(command):
        raise MachineLacks("python3 could not make .venv: it said why above")


def install_python_packages(root: Path, lock: str) -> None:
    """The locked packages, then the project itself; raises MachineLacks where pip fails."""
    inside = str(root / ".venv" / "bin" / "python")
    pip = [sys.executable, "-m", "pip", "--python", inside, "--disable-pip-version-check"]
    install = [*pip, "--no-input", "install", "-qq", "--progress-bar", "off"]
    locked = ["--require-hashes", "--only-binary", ":all:", "--requirement", str(root / lock)]
    ourselves = ["--no-deps", "--no-build-isolation", "--editable", str(root)]
    for what in (locked, ourselves):
        if not succeeds([*install, *what]):
            raise MachineLacks(
                "pip could not install the Python packages: it said why above"
                " (this step needs the network); then type the same command again"
            )


def prepare_environment(root: Path, wanted: str) -> None:
    """Brings `.venv` up to date; starts it anew where it is half made, moved or of another lock."""
    if is_stamped(root, wanted):
        return
    say("installing the locked Python packages into .venv (once, a minute or two)")
    whole = is_stamped(root, "run")
    remove_stamps(root)
    if not whole:
        make_environment(root)
    install_python_packages(root, LOCKS[wanted][-1])
    write_stamps(root, wanted)


def set_up(root: Path, wanted: str, user_id: int) -> None:
    """All of it, cheapest first: what cannot work is said before anything is downloaded."""
    check_python(sys.version_info[:3], has_module)
    install_system_packages(system_packages(root, wanted), user_id)
    prepare_environment(root, wanted)


def main(arguments: list[str], root: Path, user_id: int) -> int:
    """Exit code of `setup.py run` and `setup.py test`."""
    if len(arguments) != 1 or arguments[0] not in LOCKS:
        say("type `make handouts` or `make test`")
        return 2
    try:
        set_up(root, arguments[0], user_id)
    except MachineLacks as lack:
        say(str(lack))
        return MACHINE_LACKS
    return 0


if __name__ == "__main__":
    leave_environment()
    sys.exit(main(sys.argv[1:], ROOT, os.geteuid()))
