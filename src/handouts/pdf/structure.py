"""The structure of a document: what a screen reader is told of it, as a tree of elements in reading order.

Pure: it knows HTML and the standard structure types of ISO 32000-1, 14.8.4, not the typesetter. One HTML element
is one node, however many lines and pages it runs over; elements that only steer the look are none.
See docs/decisions/009-structure.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final
from xml.etree.ElementTree import Element

SVG: Final = "{http://www.w3.org/2000/svg}"

ROLES: Final = {
    **dict.fromkeys(("address", "details", "div", "fieldset", "figure", "footer", "form", "header", "hgroup"), "Div"),
    **dict.fromkeys(("aside", "nav", "search", "section"), "Sect"),
    **dict.fromkeys(("legend", "p", "pre", "summary"), "P"),
    **dict.fromkeys(("dl", "menu", "ol", "ul"), "L"),
    **dict.fromkeys(("caption", "figcaption"), "Caption"),
    **dict.fromkeys(("embed", "img", "object", f"{SVG}svg"), "Figure"),
    **{f"h{level}": f"H{level}" for level in range(1, 7)},
    **{tag: tag.upper() for tag in ("li", "td", "th", "tr")},
    "article": "Art",
    "blockquote": "BlockQuote",
    "dd": "LBody",
    "dt": "Lbl",
    "main": "Part",
    "q": "Quote",
    "table": "Table",
    "tbody": "TBody",
    "tfoot": "TFoot",
    "thead": "THead",
}
"""The structure type of each HTML element that has one. The others' content belongs to the element around them."""

PARENTS: Final = {
    "LI": {"L"},
    "Lbl": {"L", "LI"},
    "LBody": {"L", "LI"},
    **{group: {"Table"} for group in ("THead", "TBody", "TFoot")},
    "TR": {"Table", "THead", "TBody", "TFoot"},
    "TH": {"TR"},
    "TD": {"TR"},
}
"""Where a type may stand (ISO 32000-1, tables 336 and 337); elsewhere its element is a Div."""

GROUPING: Final = {"Document", "Part", "Art", "Sect", "Div", "BlockQuote"}
"""Types that hold no words themselves (ISO 32000-1, 14.8.4.2)."""
HOLDING: Final = {"LBody", "TD", "TH", "Caption", "Note"}
"""Types that hold words themselves, or blocks."""
INLINE: Final = {"Span", "Quote", "Link", "Reference"}
COMPANIONS: Final = {"Figure", "Note"}
"""Types that belong to a paragraph where they stand among its words, and to none where they stand alone."""
PARTS: Final = {"L": ("LI", {"LI", "Caption"}), "LI": ("LBody", {"Lbl", "LBody"})}
"""What is put around that which may not stand in a list or item, and what may."""
CELLS: Final = {"TD", "TH"}
SCOPES: Final = {"row": "Row", "rowgroup": "Row", "col": "Column", "colgroup": "Column"}
"""What a header heads, by its `scope`."""
NOTES: Final = {"doc-endnote", "doc-footnote"}
"""Values of `role` (DPUB-ARIA 1.1)."""
LOOK: Final = {"none", "presentation"}
"""Values of `role` of a table that is none but in looks (WAI-ARIA 1.2)."""

NUMBERING: Final = {
    **{style: style.title() for style in ("disc", "circle", "square", "decimal")},
    **dict.fromkeys(("lower-alpha", "lower-latin"), "LowerAlpha"),
    **dict.fromkeys(("upper-alpha", "upper-latin"), "UpperAlpha"),
    "lower-roman": "LowerRoman",
    "upper-roman": "UpperRoman",
}
"""The values of ListNumbering (ISO 32000-1, table 347) by the values of CSS `list-style-type`."""
PLAIN_NUMBERING: Final = {"ol": "Decimal", "dl": "None"}
"""The same for lists of another style, by their element; Disc for all others."""

_ONE_NUMBER: Final = re.compile(r"\W*(\d+)\W*")


@dataclass(eq=False, slots=True)
class Mark:
    """A marked-content sequence: its content stream, and its number there (MCID)."""

    stream: Any
    number: int


@dataclass(eq=False, slots=True)
class Leaf:
    """A piece of text or a picture on a page, of an HTML element or of its pseudo-element (`marker`, `before` ...).

    `area` is where a picture lies: left, bottom, right, top in points. `mark` is set when the piece is drawn.
    """

    element: Element
    pseudo: str
    page: int
    area: tuple[float, float, float, float] | None = None
    node: Node | None = None
    after: Leaf | None = None
    """The leaf right before it in the same node."""
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a cell of a table stands: its first column from 0, how many columns and rows it takes."""

    element: Element
    column: int
    columns: int
    rows: int


@dataclass(eq=False, slots=True)
class Node:
    """A structure element. `language` is that of its words, also where the element around it has the same."""

    role: str
    language: str
    element: Element | None = None
    """None for a paragraph around bare words, which is none in HTML."""
    kids: list[Node | Leaf] = field(default_factory=list)
    attributes: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Attributes by owner (ISO 32000-1, 14.8.5), as PDF writes them."""
    alternate: str = ""
    identifier: str = ""
    cell: Cell | None = None
    annotations: list[tuple[int, Any]] = field(default_factory=list)
    """The areas of a link: page and box of each."""
    around: Node | None = None
    """The block that a node within a line belongs to."""

    def add(self, node: Node) -> Node:
        """The node, now the last kid of this one."""
        self.kids.append(node)
        return node

    @property
    def block(self) -> Node:
        """The node itself, or the one that its line belongs to."""
        return self.around or self

    @property
    def nodes(self) -> list[Node]:
        """The kids that are nodes."""
        return [kid for kid in self.kids if isinstance(kid, Node)]

    def walk(self) -> Iterator[Node]:
        """The node itself and all below, in reading order."""
        yield self
        for kid in self.nodes:
            yield from kid.walk()


class Tree:
    """The structure of one document. Leaves and cells are added in reading order, and then it is tidied."""

    def __init__(self, html: Element) -> None:
        self.root = Node("Document", html.get("lang", ""), html, attributes=_direction(html))
        self.links: dict[Element, Node] = {}
        self.list_styles: dict[Element, object] = {}
        """CSS `list-style-type` of the lists, to be set before their leaves are added."""
        self._parents = {child: parent for parent in html.iter() for child in parent}
        self._holders: dict[Element, Node | None] = {html: self.root}
        self._items: dict[Element, Node] = {}
        self._footnotes: set[Element] = set()
        self._identifiers = count(1)

    def add(self, leaf: Leaf) -> bool:
        """Put a leaf into the tree; false for decoration, which has no place there."""
        node = self._place(leaf.element, leaf.pseudo)
        if node is None or (leaf.area and node.role != "Figure"):  # a picture of a style sheet says nothing
            return False
        last = node.kids[-1] if node.kids else None
        leaf.node, leaf.after = node, last if isinstance(last, Leaf) else None
        node.kids.append(leaf)
        return True

    def _place(self, element: Element, pseudo: str) -> Node | None:
        if pseudo.endswith("-call"):
            return self._reference(element)
        if pseudo == "marker" and element in self._parents:
            self.holder(element)
            item = self._items.get(element)
            return self._label(item) if item else None
        node = self.holder(element)
        if pseudo.endswith("note-marker") and node:
            return self._label(node)
        return node

    def add_cell(self, cell: Cell) -> None:
        """Put a cell into the tree, whether or not it has content."""
        node = self.holder(cell.element)
        if node is not None and node.role in CELLS:
            node.cell = cell

    def link_of(self, element: Element) -> Node | None:
        """The link that an element is or lies in."""
        found: Element | None = element
        while found is not None and found not in self.links:
            found = self._parents.get(found)
        return None if found is None else self.links[found]

    def holder(self, element: Element) -> Node | None:
        """The node that an element's content belongs to; none for what readers are not told."""
        if element not in self._holders:
            outer = self.holder(self._parents[element])
            hidden = outer is None or element.get("aria-hidden") == "true"
            self._holders[element] = None if outer is None or hidden else self._grow(element, outer)
        return self._holders[element]

    def _grow(self, element: Element, outer: Node) -> Node | None:
        language = element.get("lang", outer.language)
        role = self._role(element, outer)
        numbered = None if role else self._numbered_item(element)
        if numbered is not None:
            return self._label(self._items[numbered])
        if not role and language == outer.language:
            return outer
        node = Node(role or "Span", language, element)
        if node.role in INLINE:
            node.around = outer.block
        else:
            node.attributes.update(_direction(element))
        if role == "Figure":
            return _picture(node, outer)
        if role in {"Lbl", "LBody"} and outer.role == "L":
            outer = _definition(outer, role)
        outer.add(node)
        return self._furnished(node, element)

    def _role(self, element: Element, outer: Node) -> str:
        tag, told = element.tag, element.get("role")
        role = ROLES.get(tag, "")
        if element in self._footnotes or (told in NOTES and role != "LI"):
            return "Note"
        if tag == "a" and element.get("href"):
            return "Link"
        if tag == "div" and outer.role == "L":
            return "LI"
        if (role in PARENTS and outer.role not in PARENTS[role]) or (role == "Table" and told in LOOK):
            return "Div"
        return role

    def _furnished(self, node: Node, element: Element) -> Node:
        """What the role asks for beside the node itself; the node that its content goes to."""
        if node.role == "Link":
            self.links[element] = node
        elif node.role == "Note":
            node.identifier = self._identifier()
        elif node.role == "L":
            style = self.list_styles.get(element)
            numbering = NUMBERING.get(str(style)) or PLAIN_NUMBERING.get(element.tag, "Disc")
            node.attributes["List"] = {"ListNumbering": f"/{numbering}"}
        elif node.role == "LI" and element.tag == "li":
            return self._item_body(node, element)
        return node

    def _item_body(self, item: Node, element: Element) -> Node:
        self._items[element] = item
        body = item.add(Node("LBody", item.language, element))
        if element.get("role") not in NOTES:
            return body
        return body.add(Node("Note", item.language, element, identifier=self._identifier()))

    def _identifier(self) -> str:
        return f"n{next(self._identifiers)}"

    def _label(self, node: Node) -> Node:
        """The label of a list item or a note, its first kid."""
        first = node.kids[0] if node.kids else None
        if not isinstance(first, Node) or first.role != "Lbl":
            first = Node("Lbl", node.language, node.element)
            node.kids.insert(0, first)
        return first

    def _reference(self, element: Element) -> Node | None:
        """Where the text calls a footnote."""
        self._footnotes.add(element)
        outer = self.holder(self._parents[element])
        return outer and outer.add(Node("Reference", outer.language, element, around=outer.block))

    def _numbered_item(self, element: Element) -> Element | None:
        """The item of an ordered list that an element begins with nothing but the item's own number."""
        number = _ONE_NUMBER.fullmatch("".join(element.itertext()))
        while number and element not in self._items:
            parent = self._parents.get(element)
            if parent is None or parent[0] is not element or (parent.text or "").strip():
                return None
            element = parent
        if number is None or self._items[element].nodes[0].role == "Lbl":  # it has one by its style
            return None
        return element if _position(self._parents[element], element) == int(number[1]) else None

    def tidy(self) -> None:
        """Drop what was never drawn, and give every type the company that the standard asks for."""
        _tidy(self.root, set())
        for node in self.root.walk():
            if node.role == "Table":
                _describe(node, self._identifiers)


def _position(ordered: Element, item: Element) -> int | None:
    """The number of an item of an `ol`; none in another list."""
    if ordered.tag != "ol":
        return None
    number = _integer(ordered.get("start"), 1) - 1
    for each in ordered.iterfind("li"):
        number = _integer(each.get("value"), number + 1)
        if each is item:
            return number
    return None


def _integer(text: str | None, otherwise: int) -> int:
    return int(text) if text and re.fullmatch(r"-?[0-9]+", text) else otherwise


def _direction(element: Element) -> dict[str, dict[str, Any]]:
    """The way that the lines of a block run (ISO 32000-1, table 344), where its author says so."""
    mode = {"ltr": "/LrTb", "rtl": "/RlTb"}.get(element.get("dir", ""))
    return {"Layout": {"WritingMode": mode}} if mode else {}


def _picture(node: Node, outer: Node) -> Node | None:
    """A picture with its words; none for one whose author says that it is decoration (`alt=""`)."""
    element = node.element
    assert element is not None
    node.alternate = alternate_of(element)
    if element.get("alt") == "" and not node.alternate:
        return None
    return outer.add(node)


def _definition(terms: Node, role: str) -> Node:
    """The item of a definition list that a term or its definition belongs to: a term after a definition opens one."""
    last = terms.nodes[-1] if terms.nodes else None
    if last is None or (role == "Lbl" and any(kid.role == "LBody" for kid in last.nodes)):
        last = terms.add(Node("LI", terms.language))
    return last


# --- What becomes of the tree when all is drawn -------------------------------------------------------------


def _tidy(node: Node, drawn: set[Mark]) -> None:
    kids: list[Node | Leaf] = []
    for kid in node.kids:
        if isinstance(kid, Node):
            _tidy(kid, drawn)
            if kid.kids or kid.annotations or kid.cell:
                kids.append(_core(kid))
        elif kid.mark and kid.mark not in drawn:
            drawn.add(kid.mark)
            kids.append(kid)
    if node.role in PARTS:
        kids = list(_framed(kids, node))
    if node.role in GROUPING:
        kids = list(_in_paragraphs(kids, node))
    node.kids = _unwrapped(kids, node)


def _core(node: Node) -> Node:
    """What a Div is for, if it is for one node only."""
    return node.nodes[0] if node.role == "Div" and len(node.kids) == len(node.nodes) == 1 else node


def _unwrapped(kids: list[Node | Leaf], node: Node) -> list[Node | Leaf]:
    """The kids without a Div or an implied paragraph around them all."""
    only = kids[0] if len(kids) == 1 else None
    if not isinstance(only, Node) or only.language != node.language:
        return kids
    needless = node.role in GROUPING | HOLDING and only.role == "Div"
    bare = node.role in HOLDING and only.role == "P" and only.element is None
    return only.kids if needless or bare else kids


def _framed(kids: list[Node | Leaf], node: Node) -> Iterator[Node | Leaf]:
    """The kids of a list or an item, what may not stand there put into what may."""
    frame, allowed = PARTS[node.role]
    for kid in kids:
        if isinstance(kid, Node) and kid.role in allowed:
            yield kid
            continue
        part = Node(frame, node.language, kids=[kid])
        part.kids = list(_framed(part.kids, part)) if frame in PARTS else part.kids
        yield part


def _in_paragraphs(kids: list[Node | Leaf], node: Node) -> Iterator[Node | Leaf]:
    """The kids of a grouping element, bare words put into paragraphs."""
    paragraph = None
    for kid in kids:
        if _in_line(kid) or (paragraph and isinstance(kid, Node) and kid.role in COMPANIONS):
            if paragraph is None:
                paragraph = Node("P", node.language)
                yield paragraph
            paragraph.kids.append(kid)
        else:
            paragraph = None
            yield kid


def _in_line(kid: Node | Leaf) -> bool:
    """Whether something is bare words: not so a link around blocks."""
    return isinstance(kid, Leaf) or (kid.role in INLINE and all(each.role in INLINE | COMPANIONS for each in kid.nodes))


# --- Tables -------------------------------------------------------------------------------------------------


def _rows(table: Node) -> list[Node]:
    groups = [[part] if part.role == "TR" else part.nodes for part in table.nodes]
    return [row for group in groups for row in group if row.role == "TR"]


def _cells(table: Node) -> Iterator[tuple[int, Node, Cell]]:
    for number, row in enumerate(_rows(table)):
        yield from ((number, node, node.cell) for node in row.nodes if node.cell)


def _describe(table: Node, identifiers: Iterator[int]) -> None:
    """Spans, scopes and headers of a table's cells (ISO 32000-1, table 349)."""
    cells = list(_cells(table))
    slots = _slots(cells)
    for row, node, cell in cells:
        spans = {"ColSpan": cell.columns, "RowSpan": cell.rows}
        node.attributes["Table"] = {name: span for name, span in spans.items() if span != 1}
        if node.role == "TH":
            node.attributes["Table"]["Scope"] = "/" + _scope(row, cell, slots)
    heads = [(row, node, cell) for row, node, cell in cells if node.role == "TH"]
    for row, node, cell in cells:
        found = [head for down, head, other in heads if _heads((down, head, other), row, cell)]
        if node.role == "TD" and found:
            for head in found:
                head.identifier = head.identifier or f"h{next(identifiers)}"
            node.attributes["Table"]["Headers"] = [head.identifier for head in found]


def _slots(cells: list[tuple[int, Node, Cell]]) -> dict[tuple[int, int], Node]:
    """The cell at each row and column, both from 0."""
    return {
        (row + down, cell.column + along): node
        for row, node, cell in cells
        for down in range(cell.rows)
        for along in range(cell.columns)
    }


def _heads(head: tuple[int, Node, Cell], row: int, cell: Cell) -> bool:
    """Whether a header is one of the data cell that starts in this row."""
    top, node, other = head
    told = (cell.element.get("headers") or "").split()
    if told:
        return other.element.get("id") in told
    scope = node.attributes["Table"]["Scope"]
    if scope == "/Row":
        return top < row + cell.rows and row < top + other.rows
    beside = other.column < cell.column + cell.columns and cell.column < other.column + other.columns
    return bool(scope == "/Column") and beside and top < row


def _scope(row: int, cell: Cell, slots: dict[tuple[int, int], Node]) -> str:
    """What a header heads: what its author says, else as HTML has it (4.9.12.2): that which has no data beside it."""
    told = SCOPES.get(cell.element.get("scope", ""))
    if told:
        return told
    rows, columns = range(row, row + cell.rows), range(cell.column, cell.column + cell.columns)
    heads_columns = not any(node.role == "TD" for (down, _), node in slots.items() if down in rows)
    heads_rows = not any(node.role == "TD" for (_, along), node in slots.items() if along in columns)
    return "Both" if heads_columns and heads_rows else "Column" if heads_columns else "Row"


# --- Faults -------------------------------------------------------------------------------------------------


def faults(tree: Tree) -> Iterator[str]:
    """What a tidied tree lacks that PDF/UA-1 (ISO 14289-1, clause 7) or a reader asks for."""
    if not tree.root.language:
        yield "the page has no language: write it into `lang` of `<html>`"
    level = 0
    for node in tree.root.walk():
        if re.fullmatch("H[1-6]", node.role):
            if int(node.role[1]) > level + 1:
                yield f"heading {_quoted(node)} has level {node.role[1]}, but none of level {level + 1} stands above it"
            level = int(node.role[1])
        elif node.role == "Figure" and not node.alternate:
            yield f'picture {_source(node)} has no words: write `alt`, a `<title>` in an `<svg>`, or `alt=""`'
        elif node.role == "Link" and not node.annotations:
            yield f"link {_quoted(node)} holds a block and cannot be clicked: give it `display: block`"
        elif node.role == "Table":
            yield from _table_faults(node)


def _table_faults(table: Node) -> Iterator[str]:
    cells = list(_cells(table))
    if not any(node.role == "TH" for _, node, _ in cells):
        yield f'table {_quoted(table)} has no header: use `<th>`, or `role="presentation"` where it is no table'
    widths = [0] * len(_rows(table))
    for row, _ in _slots(cells):
        if row < len(widths):
            widths[row] += 1
    if len(set(widths)) > 1:
        yield f"table {_quoted(table)} has rows of different length"


def _quoted(node: Node) -> str:
    assert node.element is not None
    text = words(node.element)
    return f"`{text[:40]}...`" if len(text) > 40 else f"`{text}`"


def words(element: Element) -> str:
    """The words of an element and of the pictures in it, spaces single."""
    return " ".join("".join(_texts(element)).split())


def _texts(element: Element) -> Iterator[str]:
    if ROLES.get(element.tag) == "Figure":
        yield f" {alternate_of(element)} "
    elif isinstance(element.tag, str):  # a comment has a function there
        yield element.text or ""
        for child in element:
            yield from _texts(child)
            yield child.tail or ""


def alternate_of(picture: Element) -> str:
    """What stands in place of a picture, spaces single; empty if its author wrote nothing."""
    told = (picture.get("aria-label"), picture.get("alt"), picture.findtext(f"{SVG}title"), picture.get("title"))
    return next((" ".join(text.split()) for text in told if text and text.strip()), "")


def _source(node: Node) -> str:
    assert node.element is not None
    return f"`{node.element.get('src', node.element.tag.removeprefix(SVG))[:40]}`"
