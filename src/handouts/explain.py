"""What each check and each diagnostic means, at the command line and as the manual `docs/checks.md`."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from handouts.checks.check import Check, Level, Profile
from handouts.diagnostics import DIAGNOSTICS, Diagnostic
from handouts.findings import NOWHERE, Finding, UsageError, did_you_mean

Checks = Sequence[Check[Any]]

THEMES: Final = {
    "plain": "Plain language",
    "structure": "Structure",
    "claims": "Claims and sources",
    "numbers": "Numbers",
    "balance": "Balance",
    "review": "Review and dates",
    "reviews": "Sign-offs",
    "policy": "The policy of releases",
    "brand": "Brand",
    "translation": "Translation",
    "page": "The finished page",
    "content": "Content files",
    "exchange": "Files for translators",
    "source": "YAML files",
    "template": "Templates and style",
    "mutes": "Mutes",
    "appraisal": "The appraisal's standards and attestations",
    "changes": "Comparing two builds",
    "verify": "Verifying a build",
    "merge": "Putting shards together",
    "usage": "The command line",
    "machine": "The machine",
    "fonts": "Font packages",
    "publish": "Output",
}
"""The first word of an id, and what it stands for; in the order of the manual."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the list that handouts are judged by, and what of it no machine decides: a person attests it."""

    number: str
    asks: str
    person: str = ""


RULES: Final[tuple[Rule, ...]] = (
    Rule("C01", "no print smaller than 12 points in the finished PDF (large print 16, Easy Read 14)"),
    Rule(
        "C02",
        "lines of at most 70 characters, set from the side where reading begins, not justified; no hyphenation, "
        "italics, underlining or runs of capitals",
    ),
    Rule("C03", "a contrast of at least 4.5 to 1, in color and printed in gray"),
    Rule(
        "C04",
        "a reading grade by a formula published for the language, or the statement that there is none",
        "whether readers understand it: a grade is a signal, never proof",
    ),
    Rule("C05", "sentences of at most 20 words, paragraphs of at most three sentences"),
    Rule("C06", "the active voice, and words that speak to the reader", "whether a passive is the clearer sentence"),
    Rule(
        "C07",
        "each medical term or abbreviation explained where it comes first, and the same term everywhere",
        "whether an explanation is right, and terms that no list holds",
    ),
    Rule(
        "C08",
        "one title of at most 65 characters, no level of heading skipped, each block headed",
        "whether a heading says what its block holds",
    ),
    Rule("C09", "lists of at most seven entries, one sentence an entry"),
    Rule("C10", "exactly one key message, in the first block, set apart", "whether it is the right message"),
    Rule("C11", "a summary in what is longer than a page", "whether it holds what matters most"),
    Rule(
        "C12",
        "what to do in numbered steps, and when to call whom",
        "whether the steps and the signs of danger are right and complete",
    ),
    Rule("C13", "something to use: a checklist, a diary, questions to ask", "whether it is of use"),
    Rule(
        "C14",
        "one denominator for all chances, a percentage also as “x in y” or as a picture, no bare decimals",
        "whether these are the numbers that a reader needs",
    ),
    Rule("C15", "the same numbers, units, doses and telephone numbers in each translation", "numbers written as words"),
    Rule("C16", "what is known and what is not known", "whether both are complete and true"),
    Rule(
        "C17",
        "for a treatment: the options, the benefits and harms, no treatment, what it is like; benefits not told at "
        "much greater length than harms",
        "whether the balance is fair, and whether an option is missing",
    ),
    Rule(
        "C18",
        "a source for each claim, with date and link, printed",
        "whether the source says what the claim says",
    ),
    Rule("C19", "who made it, who paid for it, and conflicts of interest", "whether what is declared is so"),
    Rule(
        "C20",
        "when it was published, reviewed and will be reviewed; nothing is released when its review is overdue",
        "the review itself",
    ),
    Rule("C21", "the id, version, language and edition on every page"),
    Rule(
        "C22",
        "whom to reach, how to give feedback, which other formats there are",
        "the clinic's telephone, and whether somebody answers",
    ),
    Rule("C23", "an offer in other languages", "which languages the law of the place asks for"),
    Rule("C24", "safety text translated whole, nothing uncertain in it, reviewed by a person", "the review itself"),
    Rule("C25", "who translated, by what method, who reviewed it and when, printed", "the signature"),
    Rule(
        "C26",
        "a caption and a description of each figure in each language, heads for tables",
        "whether the words say what the figure shows",
    ),
    Rule(
        "C27",
        "PDF/UA: title, language, tags and reading order",
        "whether the order makes sense to somebody who listens to it",
    ),
    Rule(
        "C28",
        "a glyph for each character, fonts embedded, scripts written as their readers write them",
        "whether a reader of the script finds its letters joined and ordered well",
    ),
    Rule("C29", "the same bytes each time, and a manifest of them"),
    Rule(
        "C30",
        "tried with readers, approved by a clinician, fit for its purpose, its pictures judged",
        "all of it",
    ),
)
"""The project's list, drawn from the standards that each check names."""


# --- One of them, or all in a list ------------------------------------------------------------------------


def explain(name: str, checks: Checks) -> str:
    """A check or a diagnostic in full. Raises UsageError where there is none of that id."""
    for check in checks:
        if check.id == name:
            return _check_text(check)
    for diagnostic in DIAGNOSTICS:
        if diagnostic.id == name:
            return f"{name}: {diagnostic.title} ({diagnostic.severity})\n\n{_wrapped(diagnostic.remedy)}\n"
    near = did_you_mean(name, [*(check.id for check in checks), *(each.id for each in DIAGNOSTICS)])
    remedy = near if near.startswith("did you mean") else "`handouts explain` lists all of them"
    raise UsageError([Finding("usage/unknown-check", NOWHERE, f"there is no check `{name}`", remedy)])


def list_all(checks: Checks) -> str:
    """Every id with its rule and title, grouped by theme."""
    everything: list[Entry] = [*checks, *DIAGNOSTICS]
    width = max(len(entry.id) for entry in everything)
    numbers = max(len(_number(entry)) for entry in everything)
    parts = []
    for theme, entries in _by_theme(everything):
        lines = [f"  {each.id:<{width}}  {_number(each):<{numbers}}  {each.title}" for each in entries]
        parts.append("\n".join([THEMES[theme], *lines]))
    return "\n\n".join(parts) + "\n"


Entry = Check[Any] | Diagnostic


def _by_theme(entries: Iterable[Entry]) -> Iterator[tuple[str, list[Entry]]]:
    """The entries of each theme that has any, in the order of the themes."""
    groups: dict[str, list[Entry]] = {theme: [] for theme in THEMES}
    for entry in entries:
        groups[entry.id.partition("/")[0]].append(entry)
    return ((theme, group) for theme, group in groups.items() if group)


def _number(entry: Entry) -> str:
    return entry.number if isinstance(entry, Check) else ""


def _check_text(check: Check[Any]) -> str:
    facts = [f"{name}: {value}" for name, value in _facts(check)]
    parts = [
        f"{check.id}: {check.title}",
        "\n".join(facts),
        f"why\n{_wrapped(_sentence(check.rationale))}",
        f"what to do\n{_wrapped(_sentence(check.remedy))}",
        f"found in\n{_indented(check.bad)}",
        f"not found in\n{_indented(check.good)}",
    ]
    return "\n\n".join(parts) + "\n"


def _facts(check: Check[Any]) -> Iterator[tuple[str, str]]:
    """What a check is, in pairs of words; only what it has."""
    if check.number:
        yield "rule", check.number
    if check.standards:
        yield "asked for by", "; ".join(check.standards)
    yield "looks at", _subject(check)
    yield "draft", _severity(check, Profile.DRAFT)
    yield "release", _severity(check, Profile.RELEASE)
    if check.person:
        yield "made to hold by", "a person: no change of a text is enough"
    yield "may be muted", "yes, with a reason and an end date" if check.mutable else "no: a patient could be harmed"


_SUBJECTS: Final = {
    Level.CONTENT: "the words of a handout",
    Level.BRAND: "a brand",
    Level.TRANSLATION: "a translation beside its English",
    Level.PAGE: "the finished PDF",
}


def _subject(check: Check[Any]) -> str:
    about = _SUBJECTS[check.level]
    if check.level is Level.CONTENT:
        about += ", in every language" if check.languages == "all" else ", in English"
    if check.tells:
        about += f"; only blocks that tell {', '.join(f'`{tell}`' for tell in check.tells)}"
    return about + ("; only handouts of a treatment" if check.treatment else "")


def _severity(check: Check[Any], profile: Profile) -> str:
    return str(check.severity(profile) or "not looked for")


def _sentence(text: str) -> str:
    """A text with a capital at its beginning and a full stop at its end."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def _wrapped(text: str) -> str:
    return textwrap.fill(
        " ".join(text.split()), 96, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False
    )


def _indented(text: str) -> str:
    return textwrap.indent(text.strip("\n"), "  | ", lambda _: True)


# --- The manual -------------------------------------------------------------------------------------------

_INTRODUCTION: Final = """# The checks

Made by `handouts explain --markdown` from the checks themselves: change those, not this file.

`handouts check` says what is wrong with content, brands, translations and finished PDFs. An **error** stops a
handout, a **warning** does not, a **hint** is worth a look. A *draft* says on every page that it is one; a *release*
may be acted on, and more must hold of it. `--format` gives the findings as `text`, `json`, `github`, `sarif` or
`junit`; `--fail-on` says from which severity on the exit code is 1.

No check proves that a handout is good. What no machine decides stands in the last column of the list below.

## Muting a check

A project may live with a finding for a while, in its `content/mutes.yaml`:

```yaml
long_fever_sentence:
  check: plain/long-sentence
  because: The clinic's lawyers ask for this sentence as it is.
  until: 2027-03-31
  handout: ahsct  # these three may be left out; what is given must fit
  block: fever
  language: en
```

Each muted finding stands in every report with its reason and its date. A mute without a reason, for more than a year,
past its date, of a check that does not exist or of one that may not be muted is an error, and mutes nothing. A mute
that mutes nothing is a warning.
"""

_EXAMPLES: Final = """## How the examples are meant

A text alone is the one paragraph of an overview in a handout that is otherwise sound; lines of `key: value` are laid
over such a handout, over a brand, or over the pair of an English text and its translation. Style rules are laid after
the library's style sheet. Each example is also the first test of its check.
"""

_DIAGNOSTICS: Final = """## What is no check

These findings come up before there is anything to check: a file that cannot be read, a name that leads nowhere, a
machine that lacks something. None can be muted.
"""


def as_markdown(checks: Checks) -> str:
    """The manual: the list of rules, then every check in full by theme, then the diagnostics."""
    parts = [_INTRODUCTION, _rules_section(checks), _EXAMPLES]
    for theme, entries in _by_theme(checks):
        parts.append(f"## {THEMES[theme]}\n")
        parts += [_check_section(entry) for entry in entries if isinstance(entry, Check)]
    return "\n".join([*parts, _DIAGNOSTICS, *_diagnostic_tables()])


def _rules_section(checks: Checks) -> str:
    lines = [
        "## The list\n",
        "What the standards ask, in thirty rules. The standards themselves are named at each check.\n",
        "| rule | what it asks | decided by the program | left to a person |",
        "| --- | --- | --- | --- |",
    ]
    for rule in RULES:
        ours = [check for check in checks if rule.number in check.number.split(", ")]
        machine = ", ".join(_link(check) for check in ours if not check.person)
        person = "; ".join(filter(None, [rule.person, ", ".join(_link(check) for check in ours if check.person)]))
        lines.append(f"| {rule.number} | {rule.asks} | {machine or 'nothing'} | {person or 'nothing'} |")
    others = ", ".join(_link(check) for check in checks if not check.number)
    lines.append(f"\nOf no rule, and asked for all the same: {others}.\n" if others else "")
    return "\n".join(lines)


def _link(check: Check[Any]) -> str:
    """A link to a check's section; the anchor is what GitHub makes of the heading."""
    return f"[`{check.id}`](#{re.sub(r'[^a-z0-9_-]', '', check.id)})"


def _check_section(check: Check[Any]) -> str:
    facts = "\n".join(f"- {name}: {value}" for name, value in _facts(check))
    examples = f"Found in:\n\n{_fenced(check.bad)}\n\nNot found in:\n\n{_fenced(check.good)}"
    words = f"{_sentence(check.rationale)}\n\n**What to do.** {_sentence(check.remedy)}"
    return f"### `{check.id}`\n\n{_sentence(check.title)}\n\n{facts}\n\n{words}\n\n{examples}\n"


def _fenced(text: str) -> str:
    """A block of code, its fence longer than any in the text."""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{fence}text\n{text.strip(chr(10))}\n{fence}"


def _diagnostic_tables() -> Iterator[str]:
    for theme, entries in _by_theme(DIAGNOSTICS):
        rows = [_row(entry) for entry in entries if isinstance(entry, Diagnostic)]
        yield "\n".join(
            [f"### {THEMES[theme]}\n", "| id | what it means | what to do |", "| --- | --- | --- |", *rows, ""]
        )


def _row(diagnostic: Diagnostic) -> str:
    severity = "" if diagnostic.severity == "error" else f" ({diagnostic.severity})"
    return f"| `{diagnostic.id}` | {diagnostic.title}{severity} | {diagnostic.remedy} |"
