"""Our parts put in the place of WeasyPrint's, once a process: text, fonts, structure.

WeasyPrint has no hooks here, so its functions are replaced by name: they are those of one exact version.
"""

from __future__ import annotations

from typing import Final

from handouts.pdf import embed, speed, tagging, text

VERSION: Final = "70.0"
"""The version of WeasyPrint whose inside this package knows."""


def take_over() -> None:
    """Replace WeasyPrint's functions by ours. Raises RuntimeError for another version of it."""
    import weasyprint
    import weasyprint.draw.text as drawing
    import weasyprint.pdf as writing

    if weasyprint.__version__ != VERSION:
        raise RuntimeError(f"WeasyPrint {weasyprint.__version__} is not the version {VERSION} that is known")
    if drawing.draw_first_line is text.draw_first_line:
        return
    drawing.draw_first_line = text.draw_first_line
    writing.build_fonts_dictionary = embed.build_fonts_dictionary
    tagging.install()
    speed.install()
