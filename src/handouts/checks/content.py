"""Names in a handout's English that lead nowhere: facts, claims, figures, terms, regions, links."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from handouts import markup
from handouts.findings import Finding, did_you_mean
from handouts.model import (
    Block,
    Chance,
    Claim,
    Frozen,
    Glossary,
    Handout,
    Library,
    Outcome,
    Statement,
    Step,
    Text,
    names_in,
    place_of,
    statements_in,
    texts_in,
)


def find_library_faults(library: Library) -> Iterator[Finding]:
    """Claims without a source, and names that lead nowhere in the shared files."""
    for claim_id, claim in library.claims.items():
        if not claim.sources:
            what = f"the claim `{claim_id}` has no source"
            yield Finding("claims/without-source", place_of(claim.says), what, "name at least one id of `sources.yaml`")
        yield from _unknown_sources(claim, library)
    for shared in (*library.kinds.values(), *library.terms.values()):
        yield from find_shared_faults(shared, library)


def find_shared_faults(shared: Frozen, library: Library) -> Iterator[Finding]:
    """Facts that do not exist, in the words of a kind or of a glossary entry."""
    for text in texts_in(shared):
        for kind, at, what, remedy in _unknown_facts(text, library):
            yield Finding(kind, place_of(at), what, remedy)


def _unknown_sources(claim: Claim, library: Library) -> Iterator[Finding]:
    named = [*claim.sources, *claim.more, *(source for figure in claim.figures.values() for source in figure.sources)]
    for source in named:
        if source not in library.sources:
            what = f"`{source}` is not a source"
            yield Finding("claims/unknown-source", place_of(source), what, did_you_mean(source, library.sources))


def find_handout_faults(handout: Handout, library: Library) -> Iterator[Finding]:
    """Names that lead nowhere, and chances that are none, block by block."""
    known = {block.id for block in handout.blocks} | set(library.terms)
    for text in texts_in(handout.model_copy(update={"blocks": ()})):
        for kind, at, what, remedy in _text_faults(text, known, library):
            yield Finding(kind, place_of(at), what, remedy, handout=handout.id)
    for block in handout.blocks:
        for where_and_what in _block_faults(block, handout, library):
            kind, at, what, remedy = where_and_what
            yield Finding(kind, place_of(at), what, remedy, block=block.id, handout=handout.id)


Fault = tuple[str, object, str, str]


def _block_faults(block: Block, handout: Handout, library: Library) -> Iterator[Fault]:
    known = {other.id for other in handout.blocks} | set(library.terms)
    for text in texts_in(block):
        yield from _text_faults(text, known, library)
    for statement in statements_in(block):
        yield from _claim_faults(statement, library)
    yield from _region_faults(block, library)
    if isinstance(block, Glossary):
        for term in block.terms:
            if term not in library.terms:
                yield (
                    "content/unknown-term",
                    term,
                    f"`{term}` is not in the glossary",
                    did_you_mean(term, library.terms),
                )


def _unknown_facts(text: Text, library: Library) -> Iterator[Fault]:
    for name in markup.placeholders(text.value):
        if name not in library.facts:
            yield "content/unknown-fact", text, f"`{{{name}}}` is not a fact", did_you_mean(name, library.facts)


def _text_faults(text: Text, known: Iterable[str], library: Library) -> Iterator[Fault]:
    yield from _unknown_facts(text, library)
    for key in markup.references(text.value):
        if key not in known:
            yield "content/unknown-reference", text, f"`ref:{key}` leads nowhere", did_you_mean(key, known)


def _claim_faults(statement: Statement | Step, library: Library) -> Iterator[Fault]:
    for reference in statement.claims:
        yield from _reference_faults(reference, library)
    if isinstance(statement, Outcome) and statement.chance:
        yield from _reference_faults(statement.chance, library)
        figure = library.figure(statement.chance)
        known = statement.chance.partition(".")[0] in library.claims
        if not isinstance(figure, Chance) and (figure is not None or (known and "." not in statement.chance)):
            what = f"`{statement.chance}` is no chance"
            yield "content/not-a-chance", statement.chance, what, "name a figure of `kind: chance`"


def _reference_faults(reference: str, library: Library) -> Iterator[Fault]:
    claim_id, _, figure_id = reference.partition(".")
    if claim_id not in library.claims:
        yield "content/unknown-claim", reference, f"`{claim_id}` is not a claim", did_you_mean(claim_id, library.claims)
    elif figure_id and figure_id not in library.claims[claim_id].figures:
        remedy = did_you_mean(figure_id, library.claims[claim_id].figures)
        yield "content/unknown-figure", reference, f"`{claim_id}` has no figure `{figure_id}`", remedy
    for source in library.sources_of(reference):
        if source not in library.sources:
            what = f"`{reference}` rests on `{source}`, which is not a source or has faults of its own"
            yield "content/unknown-source", reference, what, "mend the claim or the source"


def _region_faults(value: object, library: Library) -> Iterator[Fault]:
    if isinstance(value, Frozen):
        for region in getattr(value, "only", ()):
            if region not in library.regions:
                remedy = did_you_mean(region, library.regions)
                yield "content/unknown-region", region, f"`{region}` is not a region", remedy
        for name in names_in(type(value)):
            yield from _region_faults(getattr(value, name), library)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _region_faults(item, library)
