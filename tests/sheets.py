"""Small handouts for tests: a sound head around the blocks that a test is about."""

from __future__ import annotations

import datetime

from handouts.model import Block, Handout, Imprint, Text

DAY = datetime.date(2026, 11, 22)


def handout_of(*blocks: Block, **head: object) -> Handout:
    """A handout of these blocks; `head` are fields that differ from the sound ones."""
    imprint = Imprint.model_validate(dict.fromkeys(Imprint.model_fields, "x"))
    fields: dict[str, object] = dict.fromkeys(("title", "subtitle", "audience", "purpose"), Text("x"))
    fields |= {"id": "h", "code": "H-1", "version": "1", "topic": "tests", "treatment": False, "imprint": imprint}
    fields |= {"published": DAY, "last_reviewed": None, "next_review": DAY.replace(year=2027)}
    return Handout.model_validate({**fields, **head, "blocks": blocks})
