"""What is drawn alike on several pages is stored once: running heads, logos, frames (ISO 32000-1, 7.8.2).

The content of a page may be an array of streams, which are read as if they were one. So a part that is on several
pages byte for byte can be one stream that all of them name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final, NamedTuple

SMALLEST: Final = 200
"""Bytes from which on a part is worth a stream of its own."""

Lines = list[bytes]
"""The operators of a page, one or more a line, as WeasyPrint writes them: `q` and `Q` each on a line alone."""


class Part(NamedTuple):
    """A part of a page's content, and whether other pages have it too."""

    content: bytes
    shared: bool


def share(pages: list[Lines]) -> list[list[Part]]:
    """The content of each page in parts, in order; joined by line ends they are what the page was."""
    spans = [dict(_spans(lines)) for lines in pages]
    uses = Counter(content for found in spans for content in {*found.values()})
    common = {content for content, number in uses.items() if number > 1}
    return [list(_parts(lines, found, common)) for lines, found in zip(pages, spans, strict=True)]


def _spans(lines: Lines) -> Iterator[tuple[tuple[int, int], bytes]]:
    """Where states of the graphics are saved and restored again, with what is drawn meanwhile.

    What is read aloud is left aside: its numbers are the page's own.
    """
    open_at: list[int] = []
    read = -1
    for number, line in enumerate(lines):
        if line == b"q":
            open_at.append(number)
        elif line == b"Q" and open_at:
            start = open_at.pop()
            if start > read and len(content := b"\n".join(lines[start : number + 1])) >= SMALLEST:
                yield (start, number + 1), content
        elif b"MCID" in line:
            read = number


def _parts(lines: Lines, spans: dict[tuple[int, int], bytes], common: set[bytes]) -> Iterator[Part]:
    """The outermost of the common spans, and what lies between."""
    done = 0
    for (start, end), content in sorted(spans.items(), key=lambda each: (each[0][0], -each[0][1])):
        if start < done or content not in common:
            continue
        if start > done:
            yield Part(b"\n".join(lines[done:start]), shared=False)
        yield Part(content, shared=True)
        done = end
    if done < len(lines):
        yield Part(b"\n".join(lines[done:]), shared=False)
