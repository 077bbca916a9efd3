"""The structure of a document from WeasyPrint's boxes, and its way into the PDF (ISO 32000-1, 14.6 to 14.8).

Four steps, each in place of a function of WeasyPrint's (`install`): number all text and pictures in
reading order before they are laid out; grow the tree from where they came to lie; mark them as they are drawn;
write the tree.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Final
from xml.etree.ElementTree import Element

import pydyf

from handouts.pdf.structure import GROUPING, Cell, Leaf, Mark, Node, Tree, faults, words

DECORATION: Final = ""
REPEATED: Final = "<</Type/Pagination>>"
_POINTS_A_PIXEL: Final = 0.75

_logger = logging.getLogger("weasyprint")


def install() -> None:
    """Put our structure in place of WeasyPrint's, for all documents to come."""
    import weasyprint.document
    import weasyprint.pdf
    from weasyprint.pdf.stream import Stream

    weasyprint.document.build_formatting_structure = build_formatting_structure
    weasyprint.document.generate_pdf = generate_pdf
    weasyprint.pdf.add_tags = add_tags
    Stream.marked = marked


# --- Before the layout: the order of the HTML -----------------------------------------------------------------


def build_formatting_structure(*arguments: Any) -> Any:
    """WeasyPrint's boxes before their layout, numbered in reading order.

    The layout splits, moves and repeats boxes (footnotes, floats, table heads), but copies keep their attributes.
    """
    from weasyprint.formatting_structure import build

    root = build.build_formatting_structure(*arguments)
    boxes = list(_in_reading_order(root))
    words, place = "".join(getattr(box, "text", "") for box in boxes), 0
    for number, box in enumerate(boxes):
        box.reading, box.words, box.place = number, words, place
        place += len(getattr(box, "text", ""))
    return root


def _in_reading_order(box: Any) -> Iterator[Any]:
    yield box
    for child in box.children:
        yield from _in_reading_order(child)
    if box.footnote:
        yield from _in_reading_order(box.footnote)


# --- After the layout: the tree -------------------------------------------------------------------------------


def generate_pdf(document: Any, target: Any, zoom: float, **options: Any) -> Any:
    """WeasyPrint's PDF of a document whose tree is known before it is drawn."""
    from weasyprint import pdf

    document.structure = grow(document, zoom * _POINTS_A_PIXEL)
    return pdf.generate_pdf(document, target, zoom, **options)


def grow(document: Any, scale: float) -> Tree:
    """The structure of a document that is laid out; each text and picture box learns its leaf or its kind of artifact.

    `scale` is the size of a pixel in points. Links that have no place in the tree are taken off their pages.
    """
    survey = _Survey(Tree(document._html.etree_element))  # noqa: SLF001 - WeasyPrint tells it nowhere else
    for number, page in enumerate(document.pages):
        survey.walk(page._page_box, _Place(number, _flipped(page, scale)))  # noqa: SLF001 - nor this
    survey.found.sort(key=lambda each: each[0])
    for _, box, found in survey.found:
        if isinstance(found, Cell):
            survey.tree.add_cell(found)
        elif not survey.tree.add(found):
            box.structure = DECORATION
    _note_spaces(box for _, box, found in survey.found if isinstance(found, Leaf) and not found.area)
    for number, page in enumerate(document.pages):
        page.links[:] = _links(page.links, number, survey)
        if any(page.forms.values()):
            page.forms = {}
            _logger.error("a form field cannot be filled in on paper: draw a line to write on")
    return survey.tree


def _flipped(page: Any, scale: float) -> Any:
    """From pixels below the page's upper edge to points above its lower one."""
    from weasyprint.matrix import Matrix

    return Matrix(a=scale, d=-scale, f=page.height * scale)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a box stands: its page, the way from its coordinates to the page's, and what it is an artifact of."""

    page: int
    matrix: Any
    artifact: str | None = None
    block: Any = None
    """The element whose lines the box stands in."""


@dataclass
class _Survey:
    """A walk over the boxes of all pages."""

    tree: Tree
    found: list[tuple[int, Any, Leaf | Cell]] = field(default_factory=list)
    """Number in reading order, box, and what it is."""
    marginal: set[int] = field(default_factory=set)
    """Boxes of artifacts, by `id`."""
    _once: set[Element] = field(default_factory=set)
    _reading: int = 0

    def walk(self, box: Any, place: _Place) -> None:
        """Note a box and all within."""
        box = getattr(box, "_box", box)  # of the placeholder of an absolutely positioned box
        self._reading = getattr(box, "reading", self._reading)
        place = self._entered(box, place)
        if place.artifact is not None:
            self.marginal.add(id(box))
        self._note(box, place)
        for child in box.children:
            self.walk(child, place)

    def _entered(self, box: Any, place: _Place) -> _Place:
        """The place of what is inside the box."""
        from weasyprint.formatting_structure import boxes

        if keyword := getattr(box, "at_keyword", ""):
            return replace(place, artifact=_margin(keyword))
        if getattr(box, "is_header", False) or getattr(box, "is_footer", False) or box.style["position"] == "fixed":
            if box.element in self._once:
                place = replace(place, artifact=place.artifact or REPEATED)
            self._once.add(box.element)
        if isinstance(box, boxes.LineBox):
            place = replace(place, block=box.element)
        if box.transformation_matrix:
            place = replace(place, matrix=box.transformation_matrix @ place.matrix)
        return place

    def _note(self, box: Any, place: _Place) -> None:
        from weasyprint.formatting_structure import boxes

        if isinstance(box, boxes.TextBox):
            box.block, box.space_follows = place.block, False
        if isinstance(box, boxes.TextBox | boxes.ReplacedBox):
            if place.artifact is not None or box.element is None:
                box.structure = place.artifact or DECORATION
                return
            area = _area(box, place.matrix) if isinstance(box, boxes.ReplacedBox) else None
            box.structure = Leaf(box.element, box.element_tag.partition("::")[2], place.page, area)
            self.found.append((self._reading, box, box.structure))
        elif place.artifact is not None or box.element is None:
            return
        elif isinstance(box, boxes.TableCellBox):
            self.found.append((self._reading, box, Cell(box.element, box.grid_x, box.colspan, box.rowspan)))
        elif box.element_tag in {"menu", "ol", "ul"}:
            self.tree.list_styles[box.element] = box.style["list_style_type"]


def _note_spaces(boxes: Iterable[Any]) -> None:
    """Tell each text box whether a space follows it that no box draws: where a line ends, or between two elements.

    A box holds its words as they are drawn, and where they begin in the words of the document before the layout.
    """
    last, end = None, 0
    for box in boxes:
        if not box.text.strip() or not box.structure or not hasattr(box, "words"):
            continue
        start = max(box.words.find(box.text, max(end, box.place)), end)
        if last and last.structure.node.block is box.structure.node.block:
            last.space_follows = last.block is not box.block or bool(re.search(r"\s", box.words[end:start]))
        last, end = box, start + len(box.text)


_SIDES: Final = {"top": "/Subtype/Header/Attached[/Top]", "bottom": "/Subtype/Footer/Attached[/Bottom]"}


def _margin(keyword: str) -> str:
    """The property list of an artifact in a margin box such as `@top-left` (ISO 32000-1, table 330)."""
    side = keyword.removeprefix("@").partition("-")[0]
    return f"<</Type/Pagination{_SIDES.get(side, f'/Attached[/{side.title()}]')}>>"


def _area(box: Any, matrix: Any) -> tuple[float, float, float, float]:
    left, top = box.content_box_x(), box.content_box_y()
    corners = [(x, y) for x in (left, left + box.width) for y in (top, top + box.height)]
    across, up = zip(*(matrix.transform_point(*corner) for corner in corners), strict=True)
    return min(across), min(up), max(across), max(up)


def _links(links: Iterable[Any], page: int, survey: _Survey) -> list[Any]:
    """The links of a page that have a place in the tree, each told to its node; no area within another of the same."""
    kept: list[Any] = []
    areas: dict[Node, list[tuple[float, ...]]] = {}
    for link in links:
        _, target, area, proxy = link
        box = getattr(proxy, "_box", proxy)
        node = None if id(box) in survey.marginal else survey.tree.link_of(box.element)
        if node is None and box.link:
            _logger.error("the link to `%s` stands in a margin or is hidden: screen readers cannot follow it", target)
        if node is None or area[0] == area[2] or any(_within(area, other) for other in areas.get(node, ())):
            continue
        areas.setdefault(node, []).append(area)
        node.annotations.append((page, box))
        kept.append(link)
    return kept


def _within(area: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return other[0] <= area[0] and other[1] <= area[1] and area[2] <= other[2] and area[3] <= other[3]


# --- While it is drawn: the marks -----------------------------------------------------------------------------


@dataclass(slots=True)
class _Last:
    """The last marked-content sequence of a stream: its last piece, and where it ends among the tokens."""

    piece: Leaf | str
    mark: Mark | None
    end: int = 0


@contextmanager
def marked(stream: Any, box: Any, _tag: str) -> Iterator[None]:
    """Mark what is drawn within as the box's leaf or artifact, in one sequence with what was drawn just before."""
    if stream._tags is None:  # noqa: SLF001 - a PDF without structure
        yield
        return
    piece, tokens = box.structure, stream.stream
    last = _resumed(stream, piece)
    resumed = bool(last)
    last = last or _opened(stream, piece)
    start = len(tokens)
    yield
    if tokens[-2:] == [b"BT", b"ET"] and len(tokens) > start + 1:  # white space leaves nothing else behind
        del tokens[-2:]
    if not resumed and _nothing(tokens[start:]):
        _forget(stream, last, start - 1)
        return
    stream.end_marked_content()
    last.piece, last.end = piece, len(tokens)
    if isinstance(piece, Leaf):
        piece.mark = last.mark


def _resumed(stream: Any, piece: Leaf | str) -> _Last | None:
    """The last sequence, open again, if the piece goes on where that ended, in reading as in drawing."""
    last: _Last | None = getattr(stream, "last_mark", None)
    if last is None or last.end != len(stream.stream):
        return None
    if last.piece is not piece.after if isinstance(piece, Leaf) else last.piece != piece:
        return None
    stream.stream.pop()
    return last


def _opened(stream: Any, piece: Leaf | str) -> _Last:
    """A new sequence."""
    mark = None
    if isinstance(piece, str):
        opening = f"/Artifact {piece} BDC" if piece else "/Artifact BMC"
    else:
        assert piece.node is not None
        marks = vars(stream).setdefault("marks", [])
        mark = Mark(stream, len(marks))
        marks.append(mark)
        role = "P" if piece.node.role in GROUPING else piece.node.role
        opening = f"/{role} <</MCID {mark.number}>> BDC"
    stream.stream.append(opening)
    stream.last_mark = last = _Last(piece, mark)
    return last


def _nothing(tokens: list[Any]) -> bool:
    """Whether only a color was set: text ends with ET, all else is drawn between q and Q."""
    return b"ET" not in tokens and b"Q" not in tokens


def _forget(stream: Any, last: _Last, opening: int) -> None:
    del stream.stream[opening]
    stream.last_mark = None
    if last.mark:
        stream.marks.pop()


# --- When all is drawn: the structure as PDF objects ----------------------------------------------------------


def add_tags(pdf: Any, document: Any, _version: Any, streams: list[Any]) -> None:
    """The structure tree of a document that is drawn, and what the catalog says of it. Logs what is wrong with it."""
    tree: Tree = document.structure
    tree.tidy()
    for fault in faults(tree):
        _logger.error(fault)
    if not document.metadata.title:
        _logger.error("the page has no title: write a `<title>`")
    writer = _Writer(pdf, streams)
    root = writer.add({"Type": "/StructTreeRoot"})
    root["K"] = writer.write(tree.root, root, tree.root.language).reference
    root["ParentTree"] = writer.parent_tree().reference
    root["ParentTreeNextKey"] = len(writer.parents)
    if writer.identified:
        names = pydyf.Array()
        for identifier, reference in sorted(writer.identified.items()):
            names.extend((pydyf.String(identifier), reference))
        root["IDTree"] = pydyf.Dictionary({"Names": names})
    pdf.catalog["StructTreeRoot"] = root.reference
    pdf.catalog["MarkInfo"] = pydyf.Dictionary({"Marked": "true"})
    # no Direction, though a page may run from right to left: pdfium would then turn round its English lines as well
    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})


class _Writer:
    """Writes nodes as objects of a PDF, and remembers where the content of pages and annotations belongs."""

    def __init__(self, pdf: Any, streams: list[Any]) -> None:
        self.pdf = pdf
        self.pages = pdf.page_references
        self.parents: list[list[bytes] | bytes] = [_unowned(stream) for stream in streams]
        """The parent tree: the elements of the marks of each page or group, the element of each annotation."""
        self.identified: dict[str, bytes] = {}
        self._keys: dict[Any, int] = {stream: number for number, stream in enumerate(streams)}

    def add(self, values: dict[str, Any]) -> Any:
        """A new object of the PDF."""
        dictionary = pydyf.Dictionary(values)
        self.pdf.add_object(dictionary)
        return dictionary

    def write(self, node: Node, parent: Any, language: str) -> Any:
        """A node and all below it as objects; `language` is that of its parent."""
        element = self.add({"Type": "/StructElem", "S": f"/{node.role}", "P": parent.reference})
        pages = [kid.page for kid in node.kids if isinstance(kid, Leaf)] + [page for page, _ in node.annotations]
        if pages:
            element["Pg"] = self.pages[pages[0]]
        kids = [self._kid(kid, node, element, pages) for kid in node.kids]
        kids += [self._annotation(box, page, node, element) for page, box in node.annotations if box.link_annotation]
        if kids:
            element["K"] = kids[0] if len(kids) == 1 else pydyf.Array(kids)
        self._describe(node, element)
        if node.language != language:
            element["Lang"] = pydyf.String(node.language)
        return element

    def _kid(self, kid: Node | Leaf, node: Node, element: Any, pages: list[int]) -> Any:
        if isinstance(kid, Node):
            return self.write(kid, element, node.language).reference
        assert kid.mark is not None
        stream, number = kid.mark.stream, kid.mark.number
        self._elements_of(stream)[number] = element.reference
        if kid.page == pages[0] and self._is_page(stream):
            return number
        reference = {"Type": "/MCR", "Pg": self.pages[kid.page], "MCID": number}
        if not self._is_page(stream):
            reference["Stm"] = stream.reference
        return pydyf.Dictionary(reference)

    def _is_page(self, stream: Any) -> bool:
        return "StructParents" not in stream.extra

    def _elements_of(self, stream: Any) -> list[bytes]:
        """The elements that the marks of a content stream belong to, by number."""
        if stream not in self._keys:  # a group, drawn apart for its opacity
            stream.extra["StructParents"] = self._keys[stream] = len(self.parents)
            self.parents.append(_unowned(stream))
        elements = self.parents[self._keys[stream]]
        assert isinstance(elements, list)
        return elements

    def _annotation(self, box: Any, page: int, node: Node, element: Any) -> Any:
        """The reference to an area of a link, which from now on says where it leads in human words."""
        annotation = box.link_annotation
        annotation["Contents"] = pydyf.String(_contents(node, annotation))
        annotation["StructParent"] = len(self.parents)
        self.parents.append(element.reference)
        return pydyf.Dictionary({"Type": "/OBJR", "Obj": annotation.reference, "Pg": self.pages[page]})

    def _describe(self, node: Node, element: Any) -> None:
        owners = {owner: values for owner, values in node.attributes.items() if values}
        area = next((kid.area for kid in node.kids if isinstance(kid, Leaf) and kid.area), None)
        if area:
            owners["Layout"] = {**owners.get("Layout", {}), "BBox": list(area)}
        attributes = [pydyf.Dictionary({"O": f"/{owner}", **_as_pdf(values)}) for owner, values in owners.items()]
        if attributes:
            element["A"] = attributes[0] if len(attributes) == 1 else pydyf.Array(attributes)
        if node.alternate:
            element["Alt"] = pydyf.String(node.alternate)
        if node.identifier:
            element["ID"] = pydyf.String(node.identifier)
            self.identified[node.identifier] = element.reference

    def parent_tree(self) -> Any:
        """The way from content and annotations to their elements (ISO 32000-1, 14.7.4.4)."""
        numbers = pydyf.Array()
        for key, elements in enumerate(self.parents):
            numbers.extend((key, elements if isinstance(elements, bytes) else pydyf.Array(elements)))
        return self.add({"Nums": numbers})


def _unowned(stream: Any) -> list[bytes]:
    return [b"null"] * len(getattr(stream, "marks", ()))


def _as_pdf(values: dict[str, Any]) -> dict[str, Any]:
    return {name: _array(value) if isinstance(value, list) else value for name, value in values.items()}


def _array(values: list[str | float]) -> Any:
    return pydyf.Array([pydyf.String(value) if isinstance(value, str) else value for value in values])


def _contents(node: Node, annotation: Any) -> str:
    """What a link says of itself: its words, and the address, if it is another."""
    assert node.element is not None
    said = words(node.element)
    address = annotation["A"]["URI"].string if "A" in annotation else ""
    if not said or not address:
        return said or address or annotation["Dest"].string
    return said if said in address else f"{said} ({address})"
