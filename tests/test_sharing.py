"""What several pages draw alike is stored once, and every page is drawn as before."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from handouts.pdf.sharing import SMALLEST, Lines, share

HEAD = [b"q", b"0 0 10 10 re", *[b"1 2 m 3 4 l S"] * 30, b"Q"]


def joined(parts: list[tuple[bytes, bool]]) -> bytes:
    return b"\n".join(content for content, _ in parts)


def test_a_running_head_is_shared() -> None:
    first, second = share([[b"BT", *HEAD, b"ET"], [*HEAD, b"(2) Tj"]])
    assert [shared for _, shared in first] == [False, True, False]
    assert [shared for _, shared in second] == [True, False]
    assert first[1] == second[0]


def test_what_is_on_one_page_only_is_not() -> None:
    (page, _) = share([[*HEAD, *HEAD], [b"BT"]])
    assert [shared for _, shared in page] == [False]


def test_what_is_read_aloud_is_not() -> None:
    spoken = [b"q", b"/P <</MCID 0>> BDC", *HEAD, b"EMC", b"Q"]
    first, _ = share([spoken, spoken])
    assert [shared for _, shared in first] == [False, True, False]


def test_what_is_small_is_not() -> None:
    small = [b"q", b"0 0 1 1 re", b"f", b"Q"]
    assert share([small, small]) == [[(b"\n".join(small), False)]] * 2


def test_the_whole_of_what_is_alike_is_one_part() -> None:
    outer = [b"q", *HEAD, *HEAD, b"Q"]
    first, _ = share([outer, outer])
    assert [shared for _, shared in first] == [True]


def test_a_page_of_nothing_has_no_parts() -> None:
    assert share([[], [b"q"]]) == [[], [(b"q", False)]]


PIECES = st.recursive(
    st.sampled_from([b"BT", b"Q", b"q", b"x" * SMALLEST, b"1 0 0 rg"]).map(lambda line: [line]),
    lambda inner: st.lists(inner, max_size=3).map(
        lambda lines: [b"q", *(each for line in lines for each in line), b"Q"]
    ),
    max_leaves=8,
)
PAGES = st.lists(
    st.lists(PIECES, max_size=5).map(lambda pieces: [line for piece in pieces for line in piece]), max_size=4
)


@given(pages=PAGES)
def test_every_page_is_drawn_as_before(pages: list[Lines]) -> None:
    shared = share(pages)
    assert [joined(list(parts)) for parts in shared] == [b"\n".join(lines) for lines in pages]
    for number, parts in enumerate(shared):
        for content, is_shared in parts:
            others = [other for place, page in enumerate(pages) if place != number for other in [b"\n".join(page)]]
            assert not is_shared or any(content in other for other in others)
