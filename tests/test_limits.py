"""How much time and memory a passage of the program may take."""

from __future__ import annotations

import resource
import signal
import threading
import time
from contextlib import suppress

import pytest

from handouts.limits import memory_limit, time_limit


def work(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


def test_what_takes_too_long_is_ended() -> None:
    with pytest.raises(TimeoutError, match=r"0\.05 seconds"), time_limit(0.05):
        work(30)


def work_on() -> None:
    """Work that swallows the first end that it is sent."""
    with suppress(TimeoutError):
        work(30)
    work(30)


def test_what_swallows_its_end_is_ended_again() -> None:
    before = time.monotonic()
    with pytest.raises(TimeoutError), time_limit(0.05):
        work_on()
    assert 1 < time.monotonic() - before < 20


def test_what_is_done_in_time_is_left_alone_and_nothing_stays() -> None:
    before = signal.getsignal(signal.SIGALRM)
    with time_limit(0.2):
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 0
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    assert signal.getsignal(signal.SIGALRM) == before
    work(0.3)


def test_a_thread_has_no_limit() -> None:
    done: list[bool] = []

    def run() -> None:
        with time_limit(0.01):
            time.sleep(0.1)
        done.append(True)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert done == [True]


def test_what_takes_too_much_memory_is_ended_and_the_limit_is_lifted() -> None:
    before = resource.getrlimit(resource.RLIMIT_AS)
    with pytest.raises(MemoryError), memory_limit(50_000_000):
        bytearray(200_000_000)
    assert resource.getrlimit(resource.RLIMIT_AS) == before
    assert len(bytearray(200_000_000)) == 200_000_000
    with memory_limit(400_000_000):
        assert len(bytearray(200_000_000)) == 200_000_000
