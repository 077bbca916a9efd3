"""The numbers in a passage, whatever digits, grouping marks and decimal marks its language uses."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

_NUMBER: Final = re.compile(r"\d+(?:[.,\u066b\u066c\u00a0\u202f\u2019']\d+)*")


def numbers_in(text: str) -> Counter[str]:
    """The numbers in a text as a multiset, each in ASCII digits with `.` for the decimal mark.

    `1,234.5`, `1.234,5` and the same in Arabic digits and marks are all `1234.5`. A single mark before
    exactly three digits is taken for grouping, except after a lone zero.
    """
    return Counter(_normal(match[0]) for match in _NUMBER.finditer(text))


def _normal(number: str) -> str:
    digits = "".join(str(int(c)) if c.isdecimal() else c for c in number)
    *groups, last = re.split(r"[^0-9]", digits)
    marks = re.findall(r"[^0-9]", digits)
    if not groups:
        return last
    decimal = marks[-1] == "\u066b" or len(last) != 3 or groups[0] == "0" or (len(marks) > 1 and marks[-1] != marks[0])
    whole = "".join(groups) if decimal else "".join(groups) + last
    return f"{whole}.{last}" if decimal else whole
