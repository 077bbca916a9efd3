"""Chromium as a typesetter: one that stays open and is spoken to over a pipe, and one that is started for each page.

Spoken to in the Chrome DevTools Protocol: JSON messages that end with a zero byte, read by the browser from its file
descriptor 3 and written to 4. Needs no package of Python's.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import Any, BinaryIO, Final

FLAGS: Final = (
    *(
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-extensions",
        "--disable-dev-shm-usage",
    ),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-default-browser-check"),
    # Nothing of a page may be fetched; a proxy that is not there answers every try at once.
    "--proxy-server=127.0.0.1:9",
)
"""`--no-sandbox` because the sandbox refuses to start for root; the pages are our own."""


def program() -> str | None:
    """The browser that `CHROMIUM` names, or Debian's; None where there is none."""
    return shutil.which(os.environ.get("CHROMIUM", "chromium"))


def print_once(page: Path, pdf: Path, profile: Path) -> None:
    """Start a browser, print a page (tagged, as is its default) and end the browser."""
    options = (f"--user-data-dir={profile}", "--no-pdf-header-footer", f"--print-to-pdf={pdf}", page.as_uri())
    subprocess.run((_found(), *FLAGS, *options), check=True, capture_output=True)


def _found() -> str:
    found = program()
    assert found is not None, "asked before: a contender that lacks its program is skipped"
    return found


@contextmanager
def opened(profile: Path) -> Iterator[Browser]:
    """A browser with a profile of its own, ended afterwards."""
    (order_end, orders), (answers, answer_end) = _high(os.pipe()), _high(os.pipe())
    options = (f"--user-data-dir={profile}", "--remote-debugging-pipe")
    actions = (
        (os.POSIX_SPAWN_DUP2, order_end, 3),
        (os.POSIX_SPAWN_DUP2, answer_end, 4),
        (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
    )
    process = os.posix_spawn(_found(), [_found(), *FLAGS, *options], os.environ, file_actions=actions)
    os.close(order_end)
    os.close(answer_end)
    with open(orders, "wb") as to_browser, open(answers, "rb") as from_browser:  # noqa: PTH123 - these are pipes
        browser = Browser(to_browser, from_browser)
        yield browser
        browser.close()
    os.waitpid(process, 0)


def _high(ends: tuple[int, int]) -> tuple[int, int]:
    """The ends of a pipe, moved out of the way of file descriptors 3 and 4."""
    reading, writing = (fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends)
    for end in ends:
        os.close(end)
    return reading, writing


class Browser:
    """A browser that is open, with one empty tab."""

    def __init__(self, orders: BinaryIO, answers: BufferedReader[Any]) -> None:
        self._orders, self._answers, self._sent = orders, _messages(answers), 0
        self._events: set[str] = set()
        self._session: dict[str, str] = {}
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        session = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._session = {"sessionId": session}
        self._ask("Page.enable")

    def print(self, page: Path) -> bytes:
        """The tagged PDF of a page, once its fonts are read."""
        self._events.clear()
        self._ask("Page.navigate", url=page.as_uri())
        while "Page.loadEventFired" not in self._events:
            self._hear()
        self._ask("Runtime.evaluate", expression="document.fonts.ready.then(() => 0)", awaitPromise=True)
        options = {"generateTaggedPDF": True, "preferCSSPageSize": True, "printBackground": True}
        return base64.b64decode(self._ask("Page.printToPDF", **options)["data"])

    def close(self) -> None:
        """End the browser."""
        self._session = {}
        self._ask("Browser.close")

    def _ask(self, method: str, **parameters: object) -> dict[str, Any]:
        self._sent += 1
        message = {"id": self._sent, "method": method, "params": parameters, **self._session}
        self._orders.write(json.dumps(message).encode() + b"\0")
        self._orders.flush()
        while (answer := self._hear()).get("id") != self._sent:
            pass
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']['message']}")
        result: dict[str, Any] = answer["result"]
        return result

    def _hear(self) -> dict[str, Any]:
        message = next(self._answers)
        self._events.add(message.get("method", ""))
        return message


def _messages(stream: BufferedReader[Any]) -> Iterator[dict[str, Any]]:
    """The messages that a browser writes. Raises RuntimeError when it ends."""
    rest = b""
    while piece := stream.read1(1 << 16):
        *whole, rest = (rest + piece).split(b"\0")
        yield from map(json.loads, whole)
    raise RuntimeError("the browser has ended")
