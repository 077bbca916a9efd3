"""The benchmarks of batch builds count what they say: on small data, and never how long anything takes."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import batch
import commands
import growth
import overhead
import projects
import pytest
import sharding
from batch import COLD, NOTHING, ONE, Row, Shares
from commands import Built, Cost, Memory, Peaks
from documents import Document
from growth import Grown
from sharding import Fit, Sample
from specimens import write_tiny

from handouts.batch import Job, Unit
from handouts.layers import library_root

# --- Commands -----------------------------------------------------------------------------------

BURN = "import time\nwhile time.process_time() < 0.2: pass\n"
"""A program that takes two tenths of a second of CPU time, however fast the machine is."""


def test_a_command_costs_the_cpu_time_of_all_that_it_waited_for() -> None:
    program = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {BURN!r}])"
    cost = commands.timed([sys.executable, "-c", program])
    assert cost.cpu > 0.2
    assert cost.wall > 0


def test_each_line_of_a_command_is_heard_while_it_runs() -> None:
    heard = []
    program = "import os, sys\nprint('not this')\nfor word in 'one', 'two': print(os.getpid(), word, file=sys.stderr)"
    commands.timed([sys.executable, "-c", program], lambda process, line: heard.append((str(process), line)))
    assert [line for _, line in heard] == [
        f"{process} {word}\n" for (process, _), word in zip(heard, ("one", "two"), strict=True)
    ]


def test_a_command_that_fails_is_told_with_its_last_words() -> None:
    with pytest.raises(RuntimeError, match=r"ended with 3: no paper"):
        commands.timed([sys.executable, "-c", "import sys; print('no paper', file=sys.stderr); sys.exit(3)"])


def test_the_middle_of_costs_is_the_median_of_each_kind_of_time() -> None:
    assert commands.middle([Cost(1, 9), Cost(3, 7), Cost(2, 8)]) == Cost(2, 8)


def test_a_build_tells_what_it_made_and_which_bytes_are_others(
    cache_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache_home))
    project = tmp_path / "project"
    write_tiny(project, "one")
    file = write_tiny(project, "two")
    memory = Memory(1)
    build = commands.Build(project, tmp_path / "build", ("one", "two", "--lang", "en", "--paper", "a4"))
    both = frozenset(f"default/en/{name}-standard-a4.pdf" for name in ("one", "two"))
    first = build.run(1, memory.hear)
    assert (first.made, first.changed) == (both, both)
    assert [each.files for each in memory.found] == [1, 2]
    assert min(memory.found[0][1:]) > 1_000_000
    projects.Edit(file.relative_to(project).as_posix(), "Stay well.", "Keep well.").make(project)
    again = build.run(1)
    assert again.made == again.changed == {"default/en/two-standard-a4.pdf"}


# --- Memory -------------------------------------------------------------------------------------


def test_the_peak_of_a_process_is_read_in_bytes() -> None:
    assert commands.peak_in(["Name:\tpython", "VmHWM:\t   2048 kB", "VmRSS:\t 1024 kB"]) == 2048 * 1024
    assert commands.peak_in(["Name:\tgone"]) == 0
    assert commands.peak(os.getpid()) > 1_000_000


def test_memory_is_noted_at_each_step_and_before_the_last_file(monkeypatch: pytest.MonkeyPatch) -> None:
    peaks = {1: 10, 2: 30, 3: 20}
    monkeypatch.setattr(commands, "children", lambda _: [2, 3])
    monkeypatch.setattr(commands, "peak", peaks.__getitem__)
    memory = Memory(4)
    for line in ("warning", *(f"{done}/10 default/en/a.pdf: 1 page" for done in range(1, 11)), "10 PDFs in a/b"):
        memory.hear(1, line)
    assert memory.found == [Peaks(files, 10, 30) for files in (4, 8, 9)]
    assert memory.after(8) == Peaks(8, 10, 30)
    assert memory.after(3) == Peaks(0, 0, 0)


# --- Projects -----------------------------------------------------------------------------------


@pytest.mark.parametrize("edit", [projects.ENGLISH, projects.SPANISH, projects.COLOR], ids=["en", "es", "color"])
def test_what_is_changed_stands_in_the_library_once(edit: projects.Edit, tmp_path: Path) -> None:
    path = tmp_path / edit.file
    path.parent.mkdir(parents=True)
    path.write_text((library_root() / edit.file).read_text("utf-8"), "utf-8")
    edit.make(tmp_path)
    assert edit.new in path.read_text("utf-8")
    with pytest.raises(RuntimeError, match="has 0 times what is to be changed"):
        edit.make(tmp_path)


def test_each_brand_that_is_added_has_a_name_and_a_color_of_its_own(tmp_path: Path) -> None:
    projects.add_brands(tmp_path, 300)
    files = list((tmp_path / projects.BRANDS).glob("*/brand.yaml"))
    texts = [file.read_text("utf-8") for file in files]
    assert all(f"id: {file.parent.name}\n" in text for file, text in zip(files, texts, strict=True))
    assert len({text.partition("primary: ")[2].partition("\n")[0] for text in texts}) == len(texts) == 300


@pytest.mark.parametrize(("files", "brands"), [(1, 1), (100, 1), (1000, 11), (5000, 55)])
def test_brands_come_nearest_to_the_number_of_files(files: int, brands: int) -> None:
    assert growth.brands_for(files, 91) == brands


# --- What is not typesetting --------------------------------------------------------------------


def test_time_within_two_passages_counts_for_the_inner_one() -> None:
    ticks = iter(range(100))
    watch = overhead.Stopwatch(lambda: Cost(tick := next(ticks), 10 * tick))
    print_ = watch.wrapped("typesetting", lambda: "pdf")
    with watch.within("checking"):
        assert print_() == "pdf"
    assert watch.spent() == {"the rest": Cost(2, 20), "checking": Cost(2, 20), "typesetting": Cost(1, 10)}


def test_overhead_is_held_against_typesetting() -> None:
    found = batch.shares_of(Cost(13, 26), typesetting=Cost(10, 20), checking=Cost(2, 5))
    assert found.whole == pytest.approx(Cost(0.3, 0.3))
    assert found.bare == pytest.approx(Cost(0.1, 0.05))


# --- Tables -------------------------------------------------------------------------------------


def cells(table: str) -> list[list[str]]:
    """The rows of a table, without its head."""
    lines = [line for line in table.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


ROWS = {
    batch.HELP: Row((Cost(1, 1),), 0, 0, exact=True),
    ONE: Row((Cost(36, 36), Cost(38, 38), Cost(90, 37)), 10, 10, exact=True),
    COLD: Row((Cost(20, 40),), 10, 10, exact=True),
    NOTHING: Row((Cost(2, 2),), 0, 0, exact=True),
    batch.CLINIC: Row((Cost(10, 10),), 5, 5, exact=True),
    batch.CLINICS: Row((Cost(18, 18),), 10, 10, exact=True),
    batch.COLOR: Row((Cost(9, 9),), 6, 5, exact=False),
}
GROWN = [
    Grown(980, 2, Cost(490, 700), Cost(1.9, 1), Cost(1, 1), Peaks(100, 90, 200 * 10**6), Peaks(900, 95, 210 * 10**6)),
    Grown(5005, 2, Cost(2500, 1), Cost(4, 1), Cost(1, 1), Peaks(100, 9, 200 * 10**6), Peaks(2000, 99, 220 * 10**6)),
]


def test_each_build_stands_beside_its_cold_one() -> None:
    table = cells(batch.builds_report(ROWS))
    assert table[0] == ["`handouts --help`", "", "", "1.00", "1.00", "0.050"]
    assert table[1] == ["cold, one worker", "10", "10", "38.00", "37.00", "1.900"]
    assert table[-1] == ["one color of one of the two", "6", "5 (others!)", "9.00", "9.00", "0.500"]


def test_a_build_is_exact_if_it_makes_just_what_has_other_bytes() -> None:
    a, b = frozenset("a"), frozenset("b")
    assert batch.row_of([Built(Cost(1, 2), a, a)]) == Row((Cost(1, 2),), 1, 1, exact=True)
    assert not batch.row_of([Built(Cost(1, 2), a, b), Built(Cost(1, 2), a, a)]).exact


def test_other_typesetters_are_scaled_to_as_many_files() -> None:
    table = cells(batch.peers_report({"stock-command": Cost(12, 8)}, ROWS[COLD], 2))
    assert table[0][1:] == ["2000", "4000", "20", "1.00", "1.00"]
    assert table[1] == ["`weasyprint` command", "12000", "8000", "120", "6.00", "2.00"]


def test_the_sample_is_spread_over_all_documents() -> None:
    documents = [Document("library", str(number), "en", "Latn", "") for number in range(91)]
    assert [each.name for each in batch.spread(documents, 13)] == [str(number) for number in range(0, 91, 7)]
    assert batch.spread(documents[:3], 13) == documents[:3]


def test_every_promise_is_held_against_what_was_measured() -> None:
    beyond = Shares(Cost(0.5, 0.25), Cost(0.2, 0.125))
    found = [*batch.ratios(ROWS, beyond, {"stock-command": Cost(12, 8)}), *growth.ratios(GROWN)]
    assert [row[1] for row in found] == [
        *("6.0", "1.90", "25 %", "12 %", "0.80", "one color of one of the two"),
        *("0.90 s", "0.4 %", "1.10"),
    ]


def test_growth_is_told_with_the_files_that_a_worker_made() -> None:
    assert cells(growth.report(GROWN))[1] == (
        ["5005", "500", "0", "200", "220 (1.10)", "1000 files", "0", "4.00", "3.00", "0.2 %"]
    )


# --- Shards -------------------------------------------------------------------------------------


RATES = {"Latn": 0.002, "Ethi": 0.003}
"""Seconds a letter."""


def sample(script: str, letters: int, rate: float) -> Sample:
    return Sample(script, letters, rate * (700 + letters))


def test_a_fit_finds_what_files_were_made_to_cost() -> None:
    samples = [sample(script, letters, rate) for letters in (500, 900, 4000) for script, rate in RATES.items()]
    found = sharding.fit(samples)
    assert found.letters_a_file == 700
    assert found.dearness == pytest.approx({"Latn": 1.0, "Ethi": 1.5})
    assert found.error == pytest.approx(0.0)


def test_what_a_fit_is_off_is_a_share_of_what_files_cost() -> None:
    samples = [Sample("Latn", 100, 1.0), Sample("Latn", 100, 1.0), Sample("Latn", 100, 4.0)]
    assert sharding.judged(samples, 0, {}).error == pytest.approx(((1 + 1 + 0.25) / 3) ** 0.5)


def test_the_heaviest_shard_is_held_against_the_mean() -> None:
    units = [Unit("default", "h", str(number)) for number in range(4)]
    said, true = dict.fromkeys(units, 1.0), dict(zip(units, (1.0, 2.0, 3.0, 6.0), strict=True))
    assert sharding.unequal(true, true, 2) == pytest.approx(1.0)
    assert sharding.unequal(said, true, 2) == pytest.approx(8 / 6)


def test_a_unit_costs_what_its_files_cost() -> None:
    jobs = [Job("h", "am", paper, "standard", "default") for paper in ("a4", "letter")]
    samples = [Sample("Ethi", 100, 1.0), Sample("Ethi", 100, 2.0)]
    said, true = sharding.by_unit(dict(zip(jobs, (1.0, 2.0), strict=True)), samples, Fit(100, {"Ethi": 1.5}, 0.0))
    assert (said, true) == ({jobs[0].unit: 600.0}, {jobs[0].unit: 3.0})
