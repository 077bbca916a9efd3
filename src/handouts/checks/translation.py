"""What must be true of a translated passage, held against its English."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from handouts import markup
from handouts.catalog import Catalog, folder_of
from handouts.checks.numbers import numbers_in
from handouts.findings import Finding, Location, did_you_mean
from handouts.model import Library, Text, texts_in


def find_translation_faults(english: object, translated: object, handout: str) -> Iterator[Finding]:
    """Faults of every translated text below a model, each at its line of the PO file.

    Both sides must have the same shape: the second is the first with other words.
    """
    for source, text in zip(texts_in(english), texts_in(translated), strict=True):
        if text.language != source.language:
            yield from _faults(source, text, handout)


def find_interface_faults(catalog: Catalog) -> Iterator[Finding]:
    """Faults in the words of the templates: placeholders and marks that differ from the English."""
    for (_, english), message in catalog.messages.items():
        for form in message.forms if not message.fuzzy else ():
            for kind, what, remedy in _marks(english, form) if form else ():
                yield Finding(f"translation/{kind}", message.at, what, remedy, language=catalog.language)


def find_language_faults(folders: Iterable[str], library: Library, root: str) -> Iterator[Finding]:
    """Catalogs of languages that `languages.yaml` does not know."""
    known = {folder_of(tag): tag for tag in library.languages}
    for folder in folders:
        if folder not in known:
            what = f"`{folder}` is not a language of `languages.yaml`"
            remedy = f"add an entry for it there, or rename the folder: {did_you_mean(folder, known)}"
            where = Location(f"{root}/{folder}/LC_MESSAGES/content.po")
            yield Finding("translation/unknown-language", where, what, remedy)


def _faults(source: Text, text: Text, handout: str) -> Iterator[Finding]:
    block = text.key.split(":")[1] if text.key.count(":") > 1 else ""
    for kind, what, remedy in (*_marks(source.value, text.value), *_numbers(source.value, text.value)):
        yield Finding(
            f"translation/{kind}", text.at, what, remedy, block=block, handout=handout, language=text.language
        )


def _marks(english: str, other: str) -> Iterator[tuple[str, str, str]]:
    for what, remedy in markup.find_markup_faults(other):
        yield "markup", what, remedy
    wanted, given = markup.placeholders(english), markup.placeholders(other)
    for name in sorted(set(wanted) | set(given)):
        if wanted.count(name) != given.count(name):
            what = f"`{{{name}}}` stands {given.count(name)} times, in the English {wanted.count(name)} times"
            yield "placeholder", what, "keep each `{placeholder}` of the English exactly as it is written"
    if markup.references(english) != markup.references(other):
        yield "markup", "the links differ from those of the English", "keep each `(ref:key)` of the English"
    if markup.bold_runs(english) != markup.bold_runs(other):
        yield "markup", "the bold passages differ from those of the English", "keep each `**` of the English"


def _numbers(english: str, other: str) -> Iterator[tuple[str, str, str]]:
    wanted, given = numbers_in(english), numbers_in(other)
    if wanted != given:
        lost = ", ".join(sorted((wanted - given).elements())) or "none"
        added = ", ".join(sorted((given - wanted).elements())) or "none"
        what = f"the numbers differ from those of the English (lost: {lost}; added: {added})"
        yield "numbers", what, "write each number of the English, in digits"
