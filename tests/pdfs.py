"""The smallest PDFs, for tests that need one and no typesetter."""

from __future__ import annotations


def pdf_of(*lines: str) -> bytes:
    """A PDF with one line of ASCII on each page, in a font that every reader has."""
    kids = " ".join(f"{number} 0 R" for number in range(4, 4 + 2 * len(lines), 2))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(lines)} /MediaBox [0 0 300 100] >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for line in lines:
        content = f"BT /F 12 Tf 20 50 Td ({line}) Tj ET"
        number = len(objects) + 2
        page = f"/Parent 2 0 R /Contents {number} 0 R /Resources << /Font << /F 3 0 R >> >>"
        objects += [f"<< /Type /Page {page} >>", f"<< /Length {len(content)} >>\nstream\n{content}\nendstream"]
    return _file(objects)


def _file(objects: list[str]) -> bytes:
    """The objects, numbered from 1, with their table of places (ISO 32000-1, 7.5)."""
    out, places = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{each}\nendobj\n".encode("ascii")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n"
    tail = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + f"{head}{table}{tail}".encode("ascii")
