"""The structure tree: what HTML becomes of it, and how it lies in the PDF."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pikepdf
import pytest
import tinyhtml5  # type: ignore[import-untyped]

from handouts import fonts, typeset
from handouts.pdf import structure, tagging
from handouts.pdf.structure import SVG, Cell, Leaf, Mark, Node, Tree

# --- What HTML becomes ----------------------------------------------------------------------------------------


@dataclass(eq=False, slots=True)
class Said(Leaf):
    """A leaf that knows its words."""

    words: str = ""


def grown(html: str, lang: str = "en") -> Tree:
    """The tidy tree of a page, as if all its text had been drawn on one page, in order."""
    source = f'<!doctype html><html lang="{lang}"><title>x</title><body>{html}'
    root: Element = tinyhtml5.parse(source, namespace_html_elements=False)
    tree = Tree(root)
    numbers = count()
    body = root.find("body")
    assert body is not None
    for piece in _pieces(body):
        if isinstance(piece, Cell):
            tree.add_cell(piece)
        elif tree.add(piece):
            piece.mark = Mark(None, next(numbers))
    tree.tidy()
    return tree


def _pieces(element: Element, column: int = 0) -> Iterator[Leaf | Cell]:
    if element.tag in {"td", "th"}:
        yield Cell(element, column, int(element.get("colspan", 1)), int(element.get("rowspan", 1)))
    if element.tag in {"img", f"{SVG}svg"}:
        yield Leaf(element, "", 0, area=(0, 0, 9, 9))
        return
    yield from _text(element, element.text)
    for place, child in enumerate(element):
        yield from _pieces(child, place)
        yield from _text(element, child.tail)


def _text(element: Element, text: str | None) -> Iterator[Leaf]:
    if text and text.strip():
        yield Said(element, "", 0, words=text.strip())


def shape(node: Node, language: str = "en") -> str:
    """A node as `P@es(words, Link(more))`: role, language where it is another, what is in it."""
    kids = (shape(kid, node.language) if isinstance(kid, Node) else getattr(kid, "words", "*") for kid in node.kids)
    mark = f"@{node.language}" if node.language != language else ""
    return f"{node.role}{mark}({', '.join(kids)})"


SHAPES = {
    "<main><h1>a</h1><section><h2>b</h2><p>c</p></section></main>": "Part(H1(a), Sect(H2(b), P(c)))",
    "<p>a <b>b</b> <span>c</span></p>": "P(a, b, c)",
    '<p>a <b lang="es">b <i>c</i></b></p>': "P(a, Span@es(b, c))",
    '<p lang="es">a <b lang="es">b</b></p>': "P@es(a, b)",
    '<section lang="es"><h2>a</h2><p lang="en">b</p></section>': "Sect@es(H2(a), P@en(b))",
    "bare <b>bold</b><p>a</p>tail": "P(bare, bold), P(a), P(tail)",
    "<p>a</p><div>bare<p>b</p></div>": "P(a), Div(P(bare), P(b))",
    "<div><div><p>a</p></div></div>": "P(a)",
    '<div lang="es"><p>a</p></div>': "P@es(a)",
    "<section><div><p>a</p><p>b</p></div></section>": "Sect(P(a), P(b))",
    "<p>a</p><p> </p><div></div><ul></ul><p>b</p>": "P(a), P(b)",
    "<blockquote>a</blockquote><p>b <q>c</q></p>": "BlockQuote(P(a)), P(b, Quote(c))",
    "<address>a<br>b</address><pre>c</pre>": "P(a, b), P(c)",
    "<p>a <a href='https://b.org'>b</a></p><p><a>c</a></p>": "P(a, Link(b)), P(c)",
    "<div><a href='#x'>b</a> c</div>": "P(Link(b), c)",
    "<a href='#x'><p>a</p><p>b</p></a>": "Link(P(a), P(b))",
    "<ul><li>a<ul><li>b</li></ul>c</li></ul>": "L(LI(LBody(a, L(LI(LBody(b))), c)))",
    "<ul><li><p>a</p><p>b</p></li><li><div>c</div></li></ul>": "L(LI(LBody(P(a), P(b))), LI(LBody(c)))",
    '<ul><li lang="es">a</li></ul>': "L(LI@es(LBody(a)))",
    "<ul>a<div>b</div><p>c</p></ul>": "L(LI(LBody(a)), LI(LBody(b)), LI(LBody(P(c))))",
    "<li>a</li><dd>b</dd>": "P(a), P(b)",
    "<ol><li><span>1</span> a</li><li><div><b>[2]</b> b</div></li></ol>": (
        "L(LI(Lbl(1), LBody(a)), LI(Lbl([2]), LBody(b)))"
    ),
    '<ol start="4"><li><i>4.</i> a</li><li value="٩"><i>5</i> b</li></ol>': (
        "L(LI(Lbl(4.), LBody(a)), LI(Lbl(5), LBody(b)))"
    ),
    "<ol><li><b>3</b> tablets</li><li>take <b>2</b></li></ol>": "L(LI(LBody(3, tablets)), LI(LBody(take, 2)))",
    "<ul><li><b>1</b> tablet</li></ul>": "L(LI(LBody(1, tablet)))",
    "<dl><dt>a<dt>b<dd>c<dd>d<dt>e<dd>f</dl>": ("L(LI(Lbl(a), Lbl(b), LBody(c), LBody(d)), LI(Lbl(e), LBody(f)))"),
    "<dl><div><dt>a<dd>b</div><div><dt>c<dd>d</div></dl>": "L(LI(Lbl(a), LBody(b)), LI(Lbl(c), LBody(d)))",
    "<table><caption>a</caption><thead><tr><th>b</thead><tbody><tr><td></tbody></table>": (
        "Table(Caption(a), THead(TR(TH(b))), TBody(TR(TD())))"
    ),
    "<table><tr><td><p>a</p></td><td><div>b</div></td><td>c<ul><li>d</ul></td></table>": (
        "Table(TBody(TR(TD(P(a)), TD(b), TD(c, L(LI(LBody(d)))))))"
    ),
    '<h1>a</h1><table role="presentation"><tr><td>b<td>c</table>': "H1(a), Div(P(b), P(c))",
    "<p>a <img alt='b' src='x'> c</p>": "P(a, Figure(*), c)",
    "<div>a <img alt='b' src='x'></div>": "P(a, Figure(*))",
    "<div><img alt='b' src='x'></div>": "Figure(*)",
    "<p>a</p><figure><img alt='b' src='x'><figcaption>c</figcaption></figure>": "P(a), Div(Figure(*), Caption(c))",
    "<p>a <img alt='' src='x'></p><p aria-hidden='true'>b <b>c</b></p>": "P(a)",
    "<aside role='doc-footnote'>a</aside>": "Note(a)",
    "<aside role='doc-footnote'><p>a</p></aside>": "Note(P(a))",
    "<ol><li role='doc-endnote'>a</li></ol>": "L(LI(LBody(Note(a))))",
}


@pytest.mark.parametrize("html", SHAPES)
def test_what_html_becomes(html: str) -> None:
    assert shape(grown(html).root) == f"Document({SHAPES[html]})"


def test_a_footnote_stands_where_it_is_called() -> None:
    root: Element = tinyhtml5.parse("<html lang=en><body><p>a<span>b</span>c", namespace_html_elements=False)
    paragraph, note = root.find("body/p"), root.find("body/p/span")
    assert paragraph is not None
    assert note is not None
    tree = Tree(root)
    pieces = [(paragraph, ""), (note, "footnote-call"), (note, "footnote-marker"), (note, ""), (paragraph, "")]
    for number, (element, pseudo) in enumerate(pieces):
        assert tree.add(Said(element, pseudo, 0, mark=Mark(None, number), words=str(number)))
    tree.tidy()
    assert shape(tree.root) == "Document(P(0, Reference(1), Note(Lbl(2), 3), 4))"
    assert [node.identifier for node in tree.root.walk() if node.role == "Note"] == ["n1"]


def test_the_marker_of_an_item_is_its_label() -> None:
    root: Element = tinyhtml5.parse("<html lang=en><body><ol><li><b>1</b> a", namespace_html_elements=False)
    item, number = root.find("body/ol/li"), root.find("body/ol/li/b")
    assert item is not None
    assert number is not None
    tree = Tree(root)
    for at, (element, pseudo) in enumerate([(item, "marker"), (number, ""), (item, "")]):
        assert tree.add(Said(element, pseudo, 0, mark=Mark(None, at), words=str(at)))
    tree.tidy()
    assert shape(tree.root) == "Document(L(LI(Lbl(0), LBody(1, 2))))"


def test_a_picture_of_a_style_sheet_has_no_place() -> None:
    root: Element = tinyhtml5.parse("<html lang=en><body><p>a", namespace_html_elements=False)
    paragraph = root.find("body/p")
    assert paragraph is not None
    assert not Tree(root).add(Leaf(paragraph, "before", 0, area=(0, 0, 1, 1)))


NUMBERINGS = {
    ("ul", "disc"): "Disc",
    ("ul", "none"): "Disc",
    ("ul", "square"): "Square",
    ("ul", "('string', '-')"): "Disc",
    ("ol", "none"): "Decimal",
    ("ol", "arabic-indic"): "Decimal",
    ("ol", "decimal"): "Decimal",
    ("ol", "lower-alpha"): "LowerAlpha",
    ("ol", "upper-roman"): "UpperRoman",
}


@pytest.mark.parametrize(("tag", "style"), NUMBERINGS)
def test_how_a_list_is_numbered(tag: str, style: str) -> None:
    root: Element = tinyhtml5.parse(f"<html lang=en><body><{tag}><li>a", namespace_html_elements=False)
    found, item = root.find(f"body/{tag}"), root.find(f"body/{tag}/li")
    assert found is not None
    assert item is not None
    tree = Tree(root)
    tree.list_styles[found] = style
    tree.add(Leaf(item, "", 0, mark=Mark(None, 0)))
    assert tree.root.nodes[0].attributes == {"List": {"ListNumbering": f"/{NUMBERINGS[tag, style]}"}}


# --- Tables ---------------------------------------------------------------------------------------------------


def cells(html: str) -> list[tuple[str, dict[str, Any]]]:
    """The words of each cell and its attributes; headers by their words."""
    nodes = [node for node in grown(html).root.walk() if node.role in structure.CELLS]
    names = {node.identifier: said(node) for node in nodes}
    found = []
    for node in nodes:
        attributes = dict(node.attributes["Table"])
        if "Headers" in attributes:
            attributes["Headers"] = [names[name] for name in attributes["Headers"]]
        found.append((said(node), attributes))
    return found


def said(node: Node) -> str:
    return "".join(kid.words for kid in node.kids if isinstance(kid, Said))


def test_headers_by_their_scope() -> None:
    table = (
        "<table><tr><th scope=col>Corner<th scope=col>A<th scope=col>B"
        "<tr><th scope=row>One<td>1<td>2<tr><th scope=row>Two<td>3<td></table>"
    )
    assert cells(table) == [
        ("Corner", {"Scope": "/Column"}),
        ("A", {"Scope": "/Column"}),
        ("B", {"Scope": "/Column"}),
        ("One", {"Scope": "/Row"}),
        ("1", {"Headers": ["A", "One"]}),
        ("2", {"Headers": ["B", "One"]}),
        ("Two", {"Scope": "/Row"}),
        ("3", {"Headers": ["A", "Two"]}),
        ("", {"Headers": ["B", "Two"]}),
    ]


def test_headers_without_a_scope_are_told_by_where_they_stand() -> None:
    table = "<table><tr><th>Corner<th>A<th>B<tr><th>One<td>1<td>2<tr><th>Two<td>3<td>4</table>"
    scopes = [attributes.get("Scope") for _, attributes in cells(table)]
    assert scopes == ["/Both", "/Column", "/Column", "/Row", None, None, "/Row", None, None]


def test_spans() -> None:
    table = "<table><tr><th colspan=2>AB<tr><td>1<td>2<tr><th rowspan=2>One<td>3</table>"
    found = dict(cells(table))
    assert found["AB"] == {"ColSpan": 2, "Scope": "/Column"}
    assert found["2"] == {"Headers": ["AB"]}
    assert found["One"] == {"RowSpan": 2, "Scope": "/Row"}
    assert found["3"] == {"Headers": ["AB", "One"]}


def test_headers_that_the_author_names() -> None:
    table = "<table><tr><th id=a>A<th id=b>B<tr><td headers='b a'>1<td>2</table>"
    assert dict(cells(table))["1"] == {"Headers": ["A", "B"]}


# --- What is wrong with a page --------------------------------------------------------------------------------


FAULTS = {
    "<h1>a</h1><h3>bee</h3>": "heading `bee` has level 3, but none of level 2 stands above it",
    "<h2>a</h2>": "heading `a` has level 2, but none of level 1 stands above it",
    "<img src='x.png'>": "picture `x.png` has no words",
    "<svg></svg>": "picture `svg` has no words",
    "<svg><title> </title></svg>": "picture `svg` has no words",
    "<table><tr><td>a</table>": "table `a` has no header",
    "<table><tr><th>a<th>b<tr><td>c</table>": "table `abc` has rows of different length",
    "<p><a href='#x'>a</a></p>": "link `a` holds a block",  # or nothing else that has an area
}


@pytest.mark.parametrize("html", FAULTS)
def test_what_is_wrong_is_told(html: str) -> None:
    found = list(structure.faults(grown(html)))
    assert [fault[: len(FAULTS[html])] for fault in found] == [FAULTS[html]]


def test_a_page_without_a_language_is_told() -> None:
    assert "no language" in "".join(structure.faults(grown("<p>a</p>", lang="")))


FAULTLESS = (
    "<h1>a</h1><h2>b</h2><h3>c</h3><h2>d</h2><h3>e</h3><h1>f</h1>",
    "<img src='x' alt='words'><img src='x' alt=''><svg><title>a</title></svg><svg aria-label='b'></svg>",
    "<table><tr><th>a<tr><td>b</table><table role=none><tr><td>c</table>",
)


@pytest.mark.parametrize("html", FAULTLESS)
def test_nothing_is_told_of_a_page_without_fault(html: str) -> None:
    assert list(structure.faults(grown(html))) == []


def test_the_words_of_an_element() -> None:
    root = tinyhtml5.parse(
        "<html><body><a>  a <b>b</b>\n c<img alt='the  picture'><!-- no --><svg><title>d</title><text>e</text></svg>",
        namespace_html_elements=False,
    )
    assert structure.words(root.find("body/a")) == "a b c the picture d"


# --- How it lies in the PDF -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Written:
    """A page as a file, and what the typesetter complained of."""

    path: Path
    complaints: tuple[str, ...]

    def open(self) -> pikepdf.Pdf:
        return pikepdf.open(self.path)

    def spoken(self) -> str:
        """The tree as poppler reads it, `P 'words' Link 'more'`: depth aside."""
        done = subprocess.run(["pdfinfo", "-struct-text", self.path], check=True, capture_output=True, text=True)
        lines = (re.sub(r" <.*>| \(\w+\)|:$", "", line.strip()) for line in done.stdout.splitlines())
        return " ".join(line for line in lines if line and not line.startswith(("/", "Object")))


Writer = Callable[..., Written]
STYLE = "@page { size: 100mm 60mm; margin: 10mm } body, p { margin: 0 } div > svg { display: block }"
LONG = "Words and words and words again. " * 12
SQUARE = "<svg width='20' height='10'><title>A square</title><rect width='20' height='10'/></svg>"


@pytest.fixture(scope="module")
def write(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Writer:
    press = typeset.make_press(STYLE, fonts.prepare(["Arab", "Latn"], store), store)
    folder, numbers = tmp_path_factory.mktemp("written"), count()

    def make(body: str, style: str = "", html: str = "lang=en") -> Written:
        page = f"<!doctype html><html {html}><title>A title</title><style>{style}</style><body>{body}"
        made = typeset.typeset(page, "Latn", press, store)
        path = folder / f"{next(numbers)}.pdf"
        path.write_bytes(made.pdf)
        return Written(path, made.complaints)

    return make


def nodes(element: Any, *roles: str) -> list[Any]:
    """The structure elements of these roles (without any: of all) below an element or the root, in order."""
    found = [element] if "/S" in element and (not roles or str(element.S)[1:] in roles) else []
    for kid in kids(element):
        if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") not in ("/MCR", "/OBJR"):
            found += nodes(kid, *roles)
    return found


def kids(element: Any) -> list[Any]:
    inside = element.get("/K", pikepdf.Array())
    return list(inside) if isinstance(inside, pikepdf.Array) else [inside]


def marks(page: Any) -> list[tuple[str, Any]]:
    """The tag and property list of each marked-content sequence of a content stream."""
    steps = (step for step in pikepdf.parse_content_stream(page) if str(step.operator) in {"BDC", "BMC"})
    return [(str(step.operands[0]), step.operands[1] if len(step.operands) > 1 else None) for step in steps]


def assert_sound(file: pikepdf.Pdf) -> None:
    """Every sequence and link area is in the tree once, and the parent tree leads back to its element."""
    parents: Any = pikepdf.NumberTree(file.Root.StructTreeRoot.ParentTree)
    placed: list[tuple[int, int]] = []
    for element in nodes(file.Root.StructTreeRoot):
        for kid in kids(element):
            if isinstance(kid, int) or kid.get("/Type") == "/MCR":
                mark = pikepdf.Dictionary(Pg=element.Pg, MCID=kid) if isinstance(kid, int) else kid
                placed.append((int(mark.get("/Stm", mark.Pg).StructParents), int(mark.MCID)))
                assert parents[placed[-1][0]][placed[-1][1]].objgen == element.objgen
            elif kid.get("/Type") == "/OBJR":
                assert parents[int(kid.Obj.StructParent)].objgen == element.objgen
            else:
                assert kid.P.objgen == element.objgen
    assert len(placed) == len(set(placed))
    drawn = {
        (page.obj.StructParents, each.MCID)
        for page in file.pages
        for _, each in marks(page)
        if each and "/MCID" in each
    }
    assert drawn <= set(placed)
    areas = [area for page in file.pages for area in page.obj.get("/Annots", pikepdf.Array())]
    assert len({int(area.StructParent) for area in areas}) == len(areas)


# One element of HTML is one of the tree, whatever the pages.


def test_a_paragraph_over_two_pages_is_one(write: Writer) -> None:
    with write(f"<p>{LONG}</p><p>Next</p>").open() as file:
        first, second = nodes(file.Root.StructTreeRoot, "P")
        start, *rest = kids(first)
        assert start == 0
        assert {int(file.pages.index(pikepdf.Page(kid.Pg))) for kid in rest} == {1}
        assert first.Pg.objgen == file.pages[0].objgen
        assert second.Pg.objgen == file.pages[-1].objgen
        assert_sound(file)


def test_the_lines_of_a_paragraph_are_one_sequence(write: Writer) -> None:
    with write("<p>Words <b>and</b> <i>words</i><br>and words, " + "more, " * 30 + "</p>").open() as file:
        assert [tag for tag, _ in marks(file.pages[0])] == ["/P"]


def test_a_list_over_pages_is_one(write: Writer) -> None:
    made = write("<ul>" + "<li>Item" * 30 + "</ul>")
    with made.open() as file:
        assert len(file.pages) > 2
        assert [str(node.S) for node in nodes(file.Root.StructTreeRoot) if node.S in ("/L", "/LI")] == ["/L"] + [
            "/LI"
        ] * 30
        assert_sound(file)


def test_a_table_over_pages_is_one_and_says_its_head_once(write: Writer) -> None:
    rows = "".join(f"<tr><th>Row {number}<td>x" for number in range(20))
    made = write(f"<table><thead><tr><th>Head<th>Other<tbody>{rows}<tfoot><tr><th>Foot<td>y</table>")
    assert made.complaints == ()
    assert made.spoken().count('"Head"') == 1
    assert made.spoken().count('"Foot"') == 1
    with made.open() as file:
        assert len(nodes(file.Root.StructTreeRoot, "Table")) == 1
        assert len(nodes(file.Root.StructTreeRoot, "TR")) == 22
        again = [each for _, each in marks(file.pages[1]) if each.get("/Type") == "/Pagination"]
        assert len(again) == 2  # the head and the foot
        assert_sound(file)


def test_what_stands_on_every_page_is_said_once(write: Writer) -> None:
    made = write(
        "<div>Always</div><p>One</p><p class=new>Two</p><p class=new>Three</p>",
        "div{position:fixed;bottom:0} .new{break-before:page}",
    )
    assert made.spoken() == 'Document P "Always" P "One" P "Two" P "Three"'
    with made.open() as file:
        assert_sound(file)


# The order is that of the HTML.

ORDERS = {
    "<p>a <span style='float:left'>b</span> c</p>": 'P "a" "b" "c"',
    "<p style='position:absolute;top:0'>a</p><p>b</p>": 'P "a" P "b"',
    "<p>a</p><p style='float:right'>b</p><p>c</p>": 'P "a" P "b" P "c"',
    "<section style='display:flex'><p style='order:2'>a</p><p style='order:1'>b</p></section>": 'Sect P "a" P "b"',
    f"<p>a {SQUARE} b</p>": 'P "a" Figure "" "b"',
    "<p>a<span style='float:footnote'>b</span> c</p><p>d</p>": 'P "a" Reference "1" Note Lbl "1." "b" "c" P "d"',
    "<p style='opacity:.5'>a <b lang=es>b</b> c</p><p>d</p>": 'P "a" Span "b" "c" P "d"',
    "<ol><li>a</li><li style='list-style-position:inside'>b</li></ol>": 'L LI Lbl "1." LBody "a" LI Lbl "2." LBody "b"',
    "<p>a<br>b</p><p style='visibility:hidden'>c</p><p> </p>d": 'P "a b" P "d"',
}


@pytest.mark.parametrize("body", ORDERS)
def test_the_order_is_that_of_the_html(body: str, write: Writer) -> None:
    made = write(body)
    assert re.sub(r'" *(.*?) *"', r'"\1"', made.spoken()) == f"Document {ORDERS[body]}"
    with made.open() as file:
        assert_sound(file)


def test_a_group_has_marks_of_its_own(write: Writer) -> None:
    with write("<p>a</p><p style='opacity:.5'>b</p>").open() as file:
        faded = nodes(file.Root.StructTreeRoot, "P")[1]
        assert faded.K.Stm.Subtype == "/Form"
        assert faded.K.Stm.StructParents != file.pages[0].obj.StructParents
        assert_sound(file)


# What is no content is an artifact.

MARGINS = """
@page { @top-left { content: element(head) } @bottom-center { content: "Page " counter(page); border: 1px solid }
  @right-middle { content: "side" } }
.head { position: running(head) }
"""


def test_margins_are_artifacts(write: Writer) -> None:
    picture = SQUARE.replace("<title>A square</title>", "")  # that of a header needs no words
    made = write(f"<div class=head>{picture}<p>Clinic <b>name</b></p></div><h1>Title</h1>", MARGINS)
    assert made.complaints == ()
    assert made.spoken() == 'Document H1 "Title"'
    with made.open() as file:
        found = [each for tag, each in marks(file.pages[0]) if tag == "/Artifact" and each]
        kinds = [(each.get("/Subtype"), [str(side) for side in each.Attached]) for each in found]
        assert {each.Type for each in found} == {"/Pagination"}
        assert kinds.count(("/Header", ["/Top"])) == 2  # the picture, the words
        assert ("/Footer", ["/Bottom"]) in kinds
        assert (None, ["/Right"]) in kinds
        assert_sound(file)


def test_a_link_in_a_margin_is_told(write: Writer) -> None:
    made = write("<p class=head>See <a href='https://example.org/'>us</a></p><h1>Title</h1>", MARGINS)
    assert [line for line in made.complaints if "https://example.org/" in line] == list(made.complaints) != []
    with made.open() as file:
        assert "/Annots" not in file.pages[0].obj


def test_a_form_field_is_told(write: Writer) -> None:
    made = write("<h1>Title</h1><form><input name=a></form>", "input { appearance: auto }")
    assert [line for line in made.complaints if "form field" in line] == list(made.complaints) != []
    with made.open() as file:
        assert "/Annots" not in file.pages[0].obj


@pytest.mark.parametrize(
    ("body", "word"), [("<h2>a</h2>", "level"), ("<h1>a</h1>" + SQUARE.replace("title", "desc"), "picture")]
)
def test_faults_are_complaints(body: str, word: str, write: Writer) -> None:
    complaints = write(body).complaints
    assert len(complaints) == 1
    assert word in complaints[0]


# Languages, links, pictures, identifiers.


def test_languages(write: Writer) -> None:
    with write("<p>a <b lang=es>b</b></p><p lang=en>c</p><ul><li lang=fr><p>d</p></ul>").open() as file:
        found = {str(node.S): str(node.get("/Lang", "")) for node in nodes(file.Root.StructTreeRoot)}
        assert str(file.Root.Lang) == "en"
        assert {role: language for role, language in found.items() if language} == {"/Span": "es", "/LI": "fr"}


def test_right_to_left(write: Writer) -> None:
    with write("<p>مرحبا</p><p dir=ltr lang=en>Hello</p>", html="lang=ar dir=rtl").open() as file:
        document, _, english = nodes(file.Root.StructTreeRoot)
        assert document.A.WritingMode == "/RlTb"
        assert english.A.WritingMode == "/LrTb"
        assert english.Lang == "en"


LINKS = {
    "<a href='https://example.org/way'>a way</a>": "a way (https://example.org/way)",
    "<a href='https://example.org/'>example.org</a>": "example.org",
    "<a href='#p'>this <b>page</b></a>": "this page",
    f"<a href='https://example.org/'>{SQUARE}</a>": "A square (https://example.org/)",
    "<a href='tel:5550100'>555-0100</a>": "555-0100 (tel:5550100)",
    "<a href='https://example.org/'>كتاب</a>": "كتاب (https://example.org/)",
}


@pytest.mark.parametrize("link", LINKS)
def test_a_link_says_where_it_leads(link: str, write: Writer) -> None:
    with write(f"<p id=p>{link}</p>").open() as file:
        (element,) = nodes(file.Root.StructTreeRoot, "Link")
        areas = [kid for kid in kids(element) if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/OBJR"]
        assert areas
        assert {str(area.Obj.Contents) for area in areas} == {LINKS[link]}
        assert_sound(file)


def test_a_link_over_two_lines_is_one_with_two_areas(write: Writer) -> None:
    link = (
        "<a href='https://example.org/'>a link of many words, <b>some bold</b>, and more words than a line can hold</a>"
    )
    with write(f"<p>See {link}.</p>").open() as file:
        (element,) = nodes(file.Root.StructTreeRoot, "Link")
        assert [kid if isinstance(kid, int) else str(kid.Type) for kid in kids(element)] == [1, "/OBJR", "/OBJR"]
        assert len(file.pages[0].obj.Annots) == 2
        assert_sound(file)


def test_a_picture_says_where_it_lies(write: Writer) -> None:
    body = f"<div style='margin: 5mm 0 0 20mm; width: 20px; height: 10px{{}}'>{SQUARE}</div>"
    with write(body.format("") + body.format("; transform: rotate(90deg)")).open() as file:
        straight, turned = ([float(side) for side in node.A.BBox] for node in nodes(file.Root.StructTreeRoot, "Figure"))
        millimeter = 72 / 25.4
        assert straight == pytest.approx(
            [30 * millimeter, 45 * millimeter - 7.5, 30 * millimeter + 15, 45 * millimeter], abs=0.1
        )
        assert turned[2] - turned[0] == pytest.approx(7.5, abs=0.1)
        assert turned[3] - turned[1] == pytest.approx(15, abs=0.1)
        assert {str(node.Alt) for node in nodes(file.Root.StructTreeRoot, "Figure")} == {"A square"}


def test_identifiers_can_be_looked_up(write: Writer) -> None:
    table = "<table><tr><th>a<th>b<tr><th>c<td>d</table>"
    with write(f"{table}<aside role=doc-footnote>e</aside>").open() as file:
        root: Any = file.Root.StructTreeRoot
        known = dict(pikepdf.NameTree(root.IDTree).items())
        named = {str(node.ID): node.objgen for node in nodes(root) if "/ID" in node}
        assert len(named) == 3
        assert {str(name): element.objgen for name, element in known.items()} == named
        (cell,) = nodes(root, "TD")
        assert {str(name) for name in cell.A.Headers} <= named.keys()


def test_what_the_catalog_says(write: Writer) -> None:
    with write("<h1>a</h1>").open() as file:
        assert bool(file.Root.MarkInfo.Marked)
        assert bool(file.Root.ViewerPreferences.DisplayDocTitle)
        assert all(page.obj.Tabs == "/S" for page in file.pages)


# --- Spaces that no box draws ---------------------------------------------------------------------------------


def spaces(body: str, write: Writer, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pieces of text of a page as they are drawn; a `+` where a space follows that is not."""
    documents: list[Any] = []
    grow = tagging.grow

    def watch(document: Any, scale: float) -> Tree:
        documents.append(document)
        return grow(document, scale)

    monkeypatch.setattr(tagging, "grow", watch)
    write(body)
    boxes = (
        box for page in documents[0].pages for box in page._page_box.descendants() if hasattr(box, "space_follows")
    )
    return [box.text + "+" * box.space_follows for box in boxes if box.text.strip()]


SPACES = {
    "<p>One</p><p>two</p>": ["One", "two"],
    "<p>One <b>two</b> three</p>": ["One ", "two", " three"],
    "<p><b>One</b> <b>two</b></p>": ["One+", "two"],
    "<p><b>One</b><b>two</b></p>": ["One", "two"],
    "<p>One<br>two</p>": ["One+", "two"],
    "<p style='width:18mm'>One two three</p>": ["One two+", "three"],
    "<p style='width:18mm'>One two <b>three</b></p>": ["One two+", "three"],
    "<p style='width:14mm'>Do-it-your-self</p>": ["Do-it-", "your-", "self"],
    "<p>One<b style='display:block'>two</b></p>": ["One+", "two"],
    "<p>One<a href='https://a.org'> two</a></p>": ["One", " two"],
}


@pytest.mark.parametrize("body", SPACES)
def test_spaces_that_no_box_draws(body: str, write: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert spaces(body, write, monkeypatch) == SPACES[body]
