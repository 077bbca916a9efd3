"""The benchmarks count what they say: on small data, and never how long anything takes."""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import arguments
import chromium
import contenders
import costs
import documents
import pytest
import readers
import samples
import tables
import textlayer
import typesetting
from documents import Document, Workload
from pdfs import pdf_of
from typesetting import Figure

from handouts import fonts

FOLDER = Path(costs.__file__).parent
BURN = "import time\nwhile time.process_time() < 0.3: pass\n"
"""A program that takes three tenths of a second of CPU time, however fast the machine is."""


def document(language: str = "en", words: str = "Call your team", group: str = "library") -> Document:
    html = f'<!doctype html><html lang="{language}"><head><title>t</title></head><body><p>{words}</p></body></html>'
    return Document(group, "h", language, "Latn", html)


@pytest.fixture(scope="module")
def workload(store: Path) -> Workload:
    return Workload((document(),), "p { color: #123456 }", fonts.prepare(["Latn"], store), store)


# --- CPU time -----------------------------------------------------------------------------------


def run_apart(program: str) -> float:
    """What a program prints, run in a process of its own that may adopt orphans."""
    done = subprocess.run([sys.executable, "-c", program], cwd=FOLDER, check=True, capture_output=True, text=True)
    return float(done.stdout)


@pytest.mark.parametrize(
    "work",
    [
        f"exec({BURN!r})",
        f"subprocess.run([sys.executable, '-c', {BURN!r}])",
        f"subprocess.run(['sh', '-c', '\"$0\" -c \"$1\" & sleep 0.1', sys.executable, {BURN!r}]); costs.reap_orphans()",
    ],
    ids=["its own", "of a child that has ended", "of an orphan"],
)
def test_all_cpu_time_of_a_process_is_counted(work: str) -> None:
    program = (
        "import os, subprocess, sys, costs\ncosts.adopt_orphans()\nbefore = costs.cpu_seconds(os.getpid())\n"
        f"{work}\nprint(costs.cpu_seconds(os.getpid()) - before)"
    )
    assert run_apart(program) > 0.25


def test_the_cpu_time_of_a_living_child_is_counted() -> None:
    program = f"{BURN}\nprint(flush=True)\ninput()"
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        assert costs.cpu_seconds(child.pid) > 0.25
        child.communicate(b"\n")


# --- Costs and their tables ---------------------------------------------------------------------

FIGURES = [
    Figure("ours", "library", "en", 2, 10, 20_000, (1.0, 3.0, 2.0)),
    Figure("chromium", "library", "en", 2, 8, 30_000, (8.0, 4.0, 1.0)),
    Figure("ours", "library", "hi", 2, 5, 40_000, (2.0, 2.0, 2.0)),
    Figure("chromium", "library", "hi", 2, 8, 10_000, (1.0, 1.0, 1.0)),
]


def test_a_figure_is_the_median_of_its_rounds() -> None:
    assert FIGURES[0].a_document == 1.0
    assert FIGURES[0].a_page == 0.2
    assert FIGURES[0].bytes_a_document == 10_000


def test_the_languages_together_are_the_sum_of_each_round() -> None:
    found = typesetting.together([FIGURES[0], FIGURES[2]])
    assert found == Figure("ours", "library", "all", 4, 15, 60_000, (3.0, 5.0, 4.0))


def cells(report: str, title: str) -> list[list[str]]:
    """The rows of the table under a title, without its head."""
    lines = report.partition(title)[2].splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("| ---"))
    rows = lines[start + 1 :]
    end = rows.index("") if "" in rows else len(rows)
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[:end]]


def test_every_figure_stands_with_its_ratio() -> None:
    report = typesetting.report(FIGURES, {"ours": "ours", "chromium": "Chromium"})
    assert cells(report, "CPU time a document") == [
        ["en", "1000 (1.00)", "2000 (2.00)"],
        ["hi", "1000 (1.00)", "500 (0.50)"],
        ["all", "1000 (1.00)", "1250 (1.25)"],
    ]
    assert cells(report, "Size of a document") == [
        ["en", "10 (1.00)", "15 (1.50)"],
        ["hi", "20 (1.00)", "5 (0.25)"],
        ["all", "15 (1.00)", "10 (0.67)"],
    ]
    assert cells(report, "CPU time a page") == [
        ["en", "200.0 (1.00)", "500.0 (1.00)"],
        ["hi", "400.0 (2.00)", "125.0 (0.25)"],
        ["all", "266.7 (1.33)", "312.5 (0.62)"],
    ]


def test_without_ours_or_english_there_is_no_ratio() -> None:
    report = typesetting.report([FIGURES[3]], {"chromium": "Chromium"})
    assert cells(report, "CPU time a document")[0] == ["hi", "500"]
    assert cells(report, "CPU time a page")[0] == ["hi", "125.0"]


def test_a_table_is_markdown_whose_columns_stand_under_each_other() -> None:
    assert tables.markdown(["a", "b"], [["long", "1"], ["x", "22"]]) == (
        "| a    |  b |\n| ---- | -: |\n| long |  1 |\n| x    | 22 |\n"
    )


# --- The run ------------------------------------------------------------------------------------


class Clockwork:
    """A contender that takes a second for every document, and notes each."""

    def __init__(self, name: str, log: list[str]) -> None:
        self.contender = contenders.Contender(name, name, lambda _: NotImplemented)
        self.log, self.seconds = log, 0.0

    def make(self, page: Document) -> bytes:
        self.log.append(f"{self.contender.name} {page.language}")
        self.seconds += 1
        return pdf_of(page.language, "two pages")

    def cpu_seconds(self) -> float:
        return self.seconds


def test_the_contenders_take_turns_and_their_warming_up_is_not_counted(workload: Workload) -> None:
    pages = (document("hi"), document("en"), document("en"))
    log: list[str] = []
    work = Workload(pages, workload.style, workload.fonts, workload.store)
    under_way = typesetting.Run(work, [Clockwork("a", log), Clockwork("b", log)], defaultdict(list), defaultdict(list))
    under_way.warm()
    assert log == ["a en", "a hi", "b en", "b hi"]
    log.clear()
    under_way.go_round(0)
    under_way.go_round(1)
    assert log == ["a en", "a en", "b en", "b en", "a hi", "b hi", "b en", "b en", "a en", "a en", "b hi", "a hi"]
    size = len(pdf_of("en", "two pages"))
    assert typesetting.figures(under_way)[0] == Figure("a", "library", "en", 2, 4, 2 * size, (2.0, 2.0))


def test_a_contender_works_in_a_process_of_its_own(workload: Workload) -> None:
    with contenders.working(contenders.CONTENDERS["ours"], workload) as worker:
        assert worker.make(document()).startswith(b"%PDF")
        assert worker.cpu_seconds() > 0
        with pytest.raises(RuntimeError, match=r"ours, h in en: PageError: the page is not one"):
            worker.make(Document("library", "h", "en", "None", ""))
        worker.process.kill()
        with pytest.raises(RuntimeError, match="its process has ended"):
            worker.make(document())


def test_stock_weasyprint_prints_the_same_page_with_the_packages_own_fonts(workload: Workload, tmp_path: Path) -> None:
    rules = contenders.variable_fonts(workload.fonts, tmp_path)
    assert rules.count("@font-face") == len(workload.fonts.faces)
    assert all(b"fvar" in file.read_bytes()[:400] for file in tmp_path.iterdir())
    with contenders.working(contenders.CONTENDERS["stock-variable"], workload) as worker:
        pdf = worker.make(document())
    (tmp_path / "page.pdf").write_bytes(pdf)
    assert readers.pdfium(tmp_path / "page.pdf").strip() == "Call your team"


def test_chromium_finds_every_style_in_the_page(workload: Workload) -> None:
    html = contenders._styled(document(), workload)
    head = html.partition("</head>")[0]
    assert head.count("@font-face") == len(workload.fonts.faces)
    assert workload.style in head
    assert '@page { font-family: "' in head


# --- Chromium -----------------------------------------------------------------------------------

BROWSER = '''#!{python}
"""Speaks the protocol as Chromium does, with events between the answers, and prints the address of the page."""
import base64, json, os
inward, outward, rest = open(3, "rb"), open(4, "wb"), b""
def say(**message):
    outward.write(json.dumps(message).encode() + b"\\0")
    outward.flush()
while piece := inward.read1(10):
    *orders, rest = (rest + piece).split(b"\\0")
    for order in map(json.loads, orders):
        parameters, method, result = order["params"], order["method"], {{}}
        assert ("sessionId" in order) == (not method.startswith(("Target.", "Browser.")))
        if method == "Page.navigate":
            page = parameters["url"]
            say(method="Page.frameNavigated")
        if method == "Page.printToPDF":
            assert parameters["generateTaggedPDF"] and parameters["preferCSSPageSize"]
            result = {{"data": base64.b64encode(page.encode()).decode()}}
        if page_fails := method == "Page.printToPDF" and "broken" in page:
            say(id=order["id"], error={{"message": "Printing failed"}})
            continue
        say(id=order["id"], result={{"targetId": "t", "sessionId": "s", **result}})
        if method == "Page.navigate":
            say(method="Page.loadEventFired")
        if method == "Browser.close":
            raise SystemExit
'''


@pytest.fixture
def browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[chromium.Browser]:
    program = tmp_path / "browser"
    program.write_text(BROWSER.format(python=sys.executable), "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("CHROMIUM", str(program))
    with chromium.opened(tmp_path / "profile") as opened:
        yield opened


def test_a_browser_that_stays_open_prints_page_after_page(browser: chromium.Browser, tmp_path: Path) -> None:
    for name in ("one.html", "two.html"):
        assert browser.print(tmp_path / name) == (tmp_path / name).as_uri().encode()


def test_what_a_browser_refuses_is_told(browser: chromium.Browser, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"Page\.printToPDF: Printing failed"):
        browser.print(tmp_path / "broken.html")


def test_messages_end_with_a_zero_byte_wherever_the_pieces_do() -> None:
    stream = io.BufferedReader(io.BytesIO(b'{"id": 1}\0{"id": 2}\0{"i'), buffer_size=4)
    messages = chromium._messages(stream)
    assert [next(messages), next(messages)] == [{"id": 1}, {"id": 2}]
    with pytest.raises(RuntimeError, match="the browser has ended"):
        next(messages)


def test_a_browser_that_is_not_there_is_said_to_lack(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    assert textlayer.main(["--pdf-of", "chromium", "--languages", "en"]) == 0
    assert "Chromium: skipped, no Chromium" in capsys.readouterr().out


# --- The text layer -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["poppler", "poppler -raw", "pdfium", "mutool"])
def test_every_reader_gives_back_every_page(name: str, tmp_path: Path) -> None:
    file = tmp_path / "two.pdf"
    file.write_bytes(pdf_of("Call your team", "Rest well"))
    assert readers.present()[name](file).split() == ["Call", "your", "team", "Rest", "well"]


def test_only_passages_in_the_language_of_the_page_count() -> None:
    page = document("ar", "One</p><p lang=en>Two</p><p>Three <span lang=en>four</span>")
    assert textlayer.passages(page) == ["One", "Three four"]


def test_the_shares_of_a_language_are_the_sum_of_its_documents() -> None:
    words = "abcdefghijkl"
    pages = [(document("en", words), b""), (document("en", words), b""), (document("hi", words), b"")]
    given_back = iter([words, words[:9], words[1:]])
    (english, hindi) = textlayer.measure("ours", pages, {"reader": lambda _: next(given_back)})
    assert (english.language, english.read, english.total) == ("en", 5 + 2, 10)
    assert (hindi.language, hindi.read, hindi.total) == ("hi", 4, 5)
    report = textlayer.report([english, hindi], {"ours": "ours"})
    assert cells(report, "library, ours") == [["en", "70.0 (1.000)"], ["hi", "80.0 (1.143)"]]


# --- Documents and options ----------------------------------------------------------------------


def test_the_documents_are_the_library_and_the_samples(store: Path) -> None:
    work = documents.gather(["hi", "th"], store, with_samples=True)
    groups = {key: len(found) for key, found in work.batches().items()}
    assert set(groups) == {("library", "hi"), ("samples", "hi"), ("samples", "th")}
    assert groups["library", "hi"] == len({page.name for page in work.documents if page.group == "library"}) >= 7
    assert work.fonts.missing("".join(samples.text(samples.load("th"))), "Thai") == []
    assert all(f'lang="{page.language}"' in page.html for page in work.documents)


def test_a_language_without_documents_is_refused(store: Path) -> None:
    with pytest.raises(RuntimeError, match="there is no document in th"):
        documents.gather(["th"], store)


def test_english_stands_first_in_each_group(workload: Workload) -> None:
    pages = (document("ar", group="samples"), document("hi"), document("en"), document("en", group="samples"))
    work = Workload(pages, workload.style, workload.fonts, workload.store)
    assert list(work.batches()) == [("library", "en"), ("library", "hi"), ("samples", "en"), ("samples", "ar")]


def test_only_names_that_are_known_are_taken() -> None:
    read = arguments.names(contenders.CONTENDERS)
    assert read("ours,chromium") == ["ours", "chromium"]
    with pytest.raises(argparse.ArgumentTypeError, match="`theirs` is none of ours, stock-static, "):
        read("ours,theirs")
