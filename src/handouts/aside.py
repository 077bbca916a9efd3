"""What is not finished yet: kept beside its place, and taken away by the next one where a process was killed.

A lock ends with its process, so what nobody holds is litter. Where a file system knows no locks (some network drives),
nobody waits and nothing is taken away.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

PARTIAL: Final = ".partial-"
"""What the name of a file begins with that is not written to its end."""
_NO_LOCKS: Final = {errno.EBADF, errno.EINVAL, errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP}


def write_whole(path: Path, data: bytes, *, lasting: bool = False) -> None:
    """Write a file so that others see the old one or the new one, never a part. Raises OSError.

    With `lasting` it is on the disk before it is in its place: a power cut leaves the old one or the new one too.
    """
    with alone(path.parent) as locked:
        if locked:
            _sweep_files(path.parent)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=PARTIAL)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                if lasting:
                    file.flush()
                    os.fsync(file.fileno())
            Path(name).chmod(0o644)
            Path(name).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink(missing_ok=True)
            raise


def sweep_files(folder: Path) -> None:
    """Take away what `write_whole` could not write to its end. Raises OSError."""
    with alone(folder) as locked:
        if locked:
            _sweep_files(folder)


def _sweep_files(folder: Path) -> None:
    for partial in folder.glob(f"{PARTIAL}*"):
        with suppress(OSError):
            partial.unlink(missing_ok=True)


@contextmanager
def alone(folder: Path) -> Iterator[bool]:
    """Nobody else is in such a passage for the folder, which is made where it is missing. Raises OSError.

    Gives whether the file system knows locks. Not to be nested for one folder: it would wait for itself.
    """
    while True:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            handle = _opened(folder)
        except FileNotFoundError:  # another one took it away meanwhile
            continue
        try:
            locked = _lock(handle)
            if _is_at(handle, folder):
                yield locked
                return
        finally:
            os.close(handle)


class Aside:
    """A folder of one process's own within another one, until it is closed. Raises OSError where it cannot be made."""

    def __init__(self, parent: Path, prefix: str) -> None:
        with alone(parent) as locked:
            if locked:
                _sweep_folders(parent, prefix)
            self.path = Path(tempfile.mkdtemp(dir=parent, prefix=prefix))
            self._handle = _opened(self.path)
            _lock(self._handle)

    def close(self) -> None:
        """Take it away."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._handle)


def _sweep_folders(parent: Path, prefix: str) -> None:
    """Take away what processes that were killed left: their lock is nobody's."""
    for folder in parent.glob(f"{prefix}*"):
        with suppress(OSError):
            handle = _opened(folder)
            try:
                if _lock(handle, fcntl.LOCK_NB):
                    shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(handle)


def _opened(folder: Path) -> int:
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY)


def _lock(handle: int, more: int = 0) -> bool:
    """Lock an open folder; whether the file system knows locks."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | more)
    except OSError as error:
        if error.errno in _NO_LOCKS:
            return False
        raise
    return True


def _is_at(handle: int, folder: Path) -> bool:
    """Whether an open folder still has its name."""
    try:
        return os.path.samestat(os.fstat(handle), folder.stat())
    except FileNotFoundError:
        return False
