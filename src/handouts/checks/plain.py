"""Plain language: short sentences, active and direct, no word that the reader may not know without its meaning.

All of it is a signal for the one who writes. Nothing here proves that readers understand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Final

from handouts import markup
from handouts.checks.check import Check, Flaw, Level, Written
from handouts.checks.readability import Grade, grades_of
from handouts.checks.wording import english_syllables, has_spaces, plain_words, sentences, words
from handouts.findings import Severity
from handouts.model import SOURCE_LANGUAGE, Glossary, Term, Text, texts_in

# --- What is read, in the order of the page -----------------------------------------------------------------


_SUBJECTS: Final = 4
"""How many handouts are kept in excerpts: the checks look at one after the other, each at the same."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A text of the handout as it is read, with the id of its block and of the term that it explains."""

    text: Text
    plain: str
    block: str = ""
    term: str = ""

    def sentences(self) -> tuple[str, ...]:
        """Its sentences."""
        return sentences(self.plain, self.text.language)

    def flaw(self, what: str, remedy: str = "") -> Flaw:
        """A flaw at the place where the text was written."""
        return Flaw(self.text.at, what, self.block, remedy)


@lru_cache(_SUBJECTS)
def excerpts(written: Written) -> tuple[Excerpt, ...]:
    """What the handout says in its language, in the order of the page; the words of kinds and templates left out.

    Texts that nobody has translated are not there. A glossary's entries come with the definitions.
    """
    return tuple(_excerpts(written))


def _excerpts(written: Written) -> Iterator[Excerpt]:
    handout = written.handout
    found: Iterable[tuple[Text, str, str]] = chain(
        ((text, "", "") for text in (handout.title, handout.subtitle, handout.audience, handout.purpose)),
        _in_blocks(written),
        ((text, "", "") for text in texts_in(handout.imprint)),
    )
    for text, block, term in found:
        if text.language == written.tag:
            yield Excerpt(text, plain_words(text.value, written.library.facts), block, term)


def _in_blocks(written: Written) -> Iterator[tuple[Text, str, str]]:
    for block in written.handout.blocks:
        parts = (block.model_copy(update={"outro": None}), block.outro)
        yield from ((text, block.id, "") for part in parts for text in texts_in(part))
        for term_id in block.terms if isinstance(block, Glossary) else ():
            if term_id in written.library.terms:
                yield from ((text, block.id, term_id) for text in texts_in(written.library.terms.get(term_id)))


def _start(sentence: str) -> str:
    """A sentence's first words, to know it by."""
    return sentence if len(sentence) <= 60 else f"{sentence[:60].rsplit(' ', 1)[0]} …"


# --- Reading grade ------------------------------------------------------------------------------------------


def find_hard_reading(written: Written) -> Iterator[Flaw]:
    """A handout, or a block long enough to be graded, that is too hard by a formula of its language."""
    found = list(excerpts(written))
    grades = grades_of((excerpt.plain for excerpt in found), written.tag)
    if _too_hard(grades):
        yield Flaw(written.handout.title.at, f"the handout reads at {_in_words(grades)}")
    for block in written.handout.blocks:
        inside = [excerpt for excerpt in found if excerpt.block == block.id]
        grades = grades_of((excerpt.plain for excerpt in inside), written.tag)
        if _too_hard(grades):
            yield inside[0].flaw(f"the block reads at {_in_words(grades)}")


def _too_hard(grades: tuple[Grade, ...]) -> bool:
    """Whether the first formula that the text is long enough for says so."""
    return next((grade.too_hard for grade in grades if grade.enough), False)


def _in_words(grades: tuple[Grade, ...]) -> str:
    decisive = next(grade.formula for grade in grades if grade.enough)
    shown = " and ".join(str(grade) for grade in grades if grade.enough)
    bound = "at most" if decisive.rising else "at least"
    return f"{shown}, where {bound} {decisive.limit:g} is asked; a signal, no proof"


# --- Length -------------------------------------------------------------------------------------------------

LONGEST_SENTENCE: Final = 20
"""In words of English. NHS content guide, how we write: sentences of up to 20 words."""
LONGEST_TRANSLATED: Final = 30
"""In words of another language written with spaces: no standard gives one, and languages need more words than English
or fewer. Beyond half as many again, two sentences have been made into one."""
LONGEST_PARAGRAPH: Final = 3
"""In sentences. NHS content guide, how we write."""


def find_long_sentences(written: Written) -> Iterator[Flaw]:
    """Sentences of more words than a reader keeps in mind; none in languages written without spaces."""
    limit = LONGEST_SENTENCE if written.tag == SOURCE_LANGUAGE else LONGEST_TRANSLATED
    for excerpt in excerpts(written) if has_spaces(written.tag) else ():
        for sentence in excerpt.sentences():
            length = len(words(sentence, written.tag))
            if length > limit:
                yield excerpt.flaw(f"a sentence of {length} words, more than {limit}: “{_start(sentence)}”")


def find_long_paragraphs(written: Written) -> Iterator[Flaw]:
    """Texts of more than three sentences."""
    for excerpt in excerpts(written):
        length = len(excerpt.sentences())
        if length > LONGEST_PARAGRAPH:
            yield excerpt.flaw(f"a paragraph of {length} sentences, more than {LONGEST_PARAGRAPH}")


# --- Ways of saying it --------------------------------------------------------------------------------------

_IRREGULAR: Final = (
    *("begun", "born", "broken", "brought", "built", "chosen", "cut", "done", "drawn", "driven", "eaten", "felt"),
    *("found", "frozen", "given", "grown", "held", "hidden", "kept", "laid", "led", "left", "lost", "made"),
    *("meant", "met", "paid", "put", "read", "run", "said", "seen", "sent", "set", "shown", "sold", "spent", "taken"),
    *("taught", "thought", "told", "understood", "used", "withdrawn", "worn", "written"),
)
_STATES: Final = (
    *(
        "advanced",
        "allowed",
        "called",
        "concerned",
        "confused",
        "excited",
        "exhausted",
        "interested",
        "limited",
        "married",
    ),
    *("pleased", "related", "scared", "supposed", "surprised", "swollen", "tired", "worried"),
)
"""Participles that say how someone is, or name a thing: `you are tired`, `it is called lupus`."""
_PASSIVE: Final = re.compile(
    r"\b(?:am|is|are|was|were|be|been|being)\s+(?:(?:not|never|also|often|always|usually|only|still|\w+ly)\s+)?"
    rf"(?!(?:{'|'.join(_STATES)})\b)(?:\w{{2,}}(?<!e)ed|{'|'.join(_IRREGULAR)})\b",
    re.IGNORECASE,
)
_INDIRECT: Final = re.compile(
    r"\b(?:patients?|persons?|individuals?|recipients?|participants?|clients?|caregivers?|the reader)\s+"
    r"(?:\w+\s+)?(?:should|must|shall|need to|ought to|are advised|are asked|are encouraged|is advised|is asked)\b"
    r"|\bone (?:should|must)\b|\bit is (?:recommended|advised|advisable|suggested) (?:that|to)\b",
    re.IGNORECASE,
)
_SHALL: Final = re.compile(r"\bshall\b", re.IGNORECASE)
_TWICE_NO: Final = re.compile(
    r"\b(?:not|never|cannot|\w+n[\u2019']t)\s+(?:\w+\s+)?(?:un(?!der|it|ion|i[qv]|less|til)\w{3,}|in(?:frequent|effective|accurate|correct)\w*"
    r"|impossible|without|rarely|seldom)\b"
    r"|\bno (?:fewer|less) than\b"
    r"|\b(?:not|never|cannot|\w+n[\u2019']t)\b(?![^,;:.]*\bonly\b)(?:\s+[\w\u2019']+){1,5}\s+(?:not|no|never|nothing|nobody|none)\b",
    re.IGNORECASE,
)


def _find_matches(written: Written, pattern: re.Pattern[str], what: str, remedy: str = "") -> Iterator[Flaw]:
    for excerpt in excerpts(written):
        for sentence in excerpt.sentences():
            match = pattern.search(sentence)
            if match:
                yield excerpt.flaw(f"{what}: “{match.group()}” in “{_start(sentence)}”", remedy)


def find_passive(written: Written) -> Iterator[Flaw]:
    """Sentences that do not say who acts."""
    return _find_matches(written, _PASSIVE, "this may be passive")


def find_indirect(written: Written) -> Iterator[Flaw]:
    """Sentences that speak about the reader, or as a law does."""
    yield from _find_matches(written, _INDIRECT, "this speaks about the reader, not to them")
    yield from _find_matches(written, _SHALL, "a word of laws", "write `must`, `will`, or the plain command")


def find_double_negatives(written: Written) -> Iterator[Flaw]:
    """Two words for no in one statement, which the reader has to work out."""
    return _find_matches(written, _TWICE_NO, "a double negative")


# --- Terms and abbreviations --------------------------------------------------------------------------------

EVERYDAY: Final = frozenset(
    {
        "A4",
        "AI",
        "AM",
        "CD",
        "DVD",
        "EU",
        "GPS",
        "ID",
        "II",
        "III",
        "OK",
        "PDF",
        "PIN",
        "PM",
        "QR",
        "SMS",
        "TV",
        "UK",
        "UN",
    }
    | {"US", "USA", "USB", "WC"}
)
"""What newspapers print without its long form."""
_ABBREVIATION: Final = re.compile(
    r"(?<![\w@.])(?=[A-Z0-9-]*[A-Z][0-9-]*[A-Z])[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*(?=s?(?![\w@]))"
)
_WORD: Final = re.compile(r"[^\W_]+(?:[\u2019'-][^\W_]+)*")
_ONE_LETTER: Final = re.compile(r"[\s,]*(?:[AI]\b)?[\s,]*")


def _names(term: Term) -> tuple[str, ...]:
    """A term and what counts as the same word, without what stands behind it in brackets."""
    return (re.sub(r"\s*\(.*\)$", "", term.term.value), *term.forms)


@lru_cache(256)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    """Any of these names as a whole word, the longest that fits; capitals count only where a name is all capitals."""
    ordered = sorted(dict.fromkeys(names), key=len, reverse=True)
    either = (re.escape(name) if name.upper() == name else f"(?i:{re.escape(name)})" for name in ordered)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(either)})(?![\w-])") if ordered else re.compile(r"(?!)")


def find_unexplained_terms(written: Written) -> Iterator[Flaw]:
    """Terms of the glossary that the handout uses and explains nowhere, each at its first use.

    Readers know the words that its audience is named by, and a term made longer by short words (`blood stem cell`
    where `stem cell` is explained).
    """
    terms = written.library.terms
    owner = {name.lower(): term_id for term_id, term in terms.items() for name in _names(term)}
    pattern = _pattern(tuple(owner))
    known = {owner[match.group().lower()] for match in pattern.finditer(written.handout.audience.value)}
    seen = {*_explained(written), *known}
    hearts = tuple(name for term in sorted(seen) if term in terms for name in _names(terms[term]))
    for excerpt in excerpts(written):
        seen.add(excerpt.term)
        for number, sentence in enumerate(excerpt.sentences()):
            for match in pattern.finditer(sentence):
                name = match.group()
                term_id = owner[name.lower()]
                if (
                    term_id not in seen
                    and not _only_longer(name, hearts)
                    and not _explains(excerpt, number, name, term_id)
                ):
                    yield excerpt.flaw(f"`{name}` is a term of the glossary, used and not explained")
                seen.add(term_id)


def _only_longer(name: str, hearts: tuple[str, ...]) -> bool:
    """Whether a name is an explained one with nothing but words of one or two syllables added."""
    rest = _pattern(hearts).sub(" ", name)
    return rest != name and all(english_syllables(word) <= 2 for word in rest.split())


def _explained(written: Written) -> Iterator[str]:
    """The terms in the glossary blocks of a handout."""
    for block in written.handout.blocks:
        yield from block.terms if isinstance(block, Glossary) else ()


def _explains(excerpt: Excerpt, number: int, name: str, key: str = "") -> bool:
    """Whether a excerpt explains a name: by a link, or in the sentence where it stands or the next.

    In the sentence: the meaning in brackets behind the name, the name in brackets behind its meaning, or the name
    with `is a`, `means`, `stands for`, `is short for`, `or`.
    """
    if key in markup.references(excerpt.text.value):
        return True
    told = _telling(name)
    return any(told.search(sentence) for sentence in excerpt.sentences()[number : number + 2])


@lru_cache(1024)
def _telling(name: str) -> re.Pattern[str]:
    """What a sentence has that tells what a name means."""
    found = re.escape(name)
    quoted = r"[\u201d\u2019\"]?"
    return re.compile(
        rf"\b{found}s?{quoted}\s*\((?!{found})[^)]{{3,}}\)"
        rf"|\w\s*\((?:[^()]*\b)?{found}s?\)"
        rf"|\b{found}s?{quoted}(?:\s*\([^)]*\))?,?\s+"
        r"(?:(?:is|are)\s+(?:an?|the|when|short for)|means?|stands? for|or)\b"
        rf"|\b(?:called|known as|name for|short for)\s+(?:an?\s+|the\s+)?[\u201c\u2018\"]?{found}\b",
        re.IGNORECASE,
    )


def find_unexplained_abbreviations(written: Written) -> Iterator[Flaw]:
    """Abbreviations that neither the sentence of their first use nor the handout's glossary explains.

    Those of the library's glossary are terms: see `find_unexplained_terms`.
    """
    seen = EVERYDAY | {name for term in written.library.terms.values() for name in _names(term)}
    for excerpt in excerpts(written):
        for number, sentence in enumerate(excerpt.sentences()):
            for name in _ABBREVIATION.findall(_without_capitals(sentence)):
                if name not in seen and not _explains(excerpt, number, name):
                    yield excerpt.flaw(f"`{name}` is not explained where it stands first")
                seen |= {name}


def _runs(sentence: str) -> Iterator[list[str]]:
    """Words in capitals that follow one another."""
    run: list[str] = []
    end = 0
    for match in _WORD.finditer(sentence):
        word = match.group()
        if len(word) < 2 or not word.isupper():
            continue
        if run and not _ONE_LETTER.fullmatch(sentence, end, match.start()):
            yield run
            run = []
        run.append(word)
        end = match.end()
    yield run


def _without_capitals(sentence: str) -> str:
    """The sentence without the words that are only written in capitals for stress."""
    loud = {word for run in _runs(sentence) if len(run) > 1 for word in run}
    return " ".join(word for word in sentence.split() if word.strip(".,;:!?“”()") not in loud) if loud else sentence


def find_capitals(written: Written) -> Iterator[Flaw]:
    """Two or more words in capitals in a row, known abbreviations left aside."""
    known = EVERYDAY | {name for term in written.library.terms.values() for name in _names(term)}
    for excerpt in excerpts(written):
        for sentence in excerpt.sentences():
            for run in _runs(sentence):
                if len([word for word in run if word not in known]) > 1:
                    yield excerpt.flaw(f"words in capitals: “{' '.join(run)}”")


# --- Hard words ---------------------------------------------------------------------------------------------


def find_hard_words(written: Written) -> Iterator[Flaw]:
    """Words of the lexicon that have a plain one.

    Left alone: what the handout's glossary explains, what the sentence explains, a part of a name, a quotation.
    """
    lexicon = written.library.plain_words
    plain, phrases = _lexicon(tuple((word, entry.forms, entry.plain) for word, entry in lexicon.items()))
    explained = _explained_words(written)
    for excerpt in excerpts(written):
        for number, sentence in enumerate(excerpt.sentences()):
            for match in chain(_WORD.finditer(sentence), phrases.finditer(sentence)):
                word = match.group().lower()
                if word not in plain or _in_name(match, sentence) or _in_any(word, explained):
                    continue
                if not _explains(excerpt, number, match.group()):
                    remedy = f"write it more plainly, for instance: {plain[word]}"
                    yield excerpt.flaw(f"“{match.group()}” is a hard word in “{_start(sentence)}”", remedy)


def _explained_words(written: Written) -> str:
    """The names of the terms that the handout explains, in lower case, one a line."""
    terms = written.library.terms
    return "\n".join(name.lower() for term in _explained(written) if term in terms for name in _names(terms[term]))


def _in_any(word: str, names: str) -> bool:
    return bool(re.search(rf"\b{re.escape(word.lower())}\b", names))


def _in_name(match: re.Match[str], sentence: str) -> bool:
    """Whether a word is part of a name or a quotation: a capital within the sentence, or quotation marks around it."""
    before = sentence[: match.start()]
    quoted = before.count("“") > before.count("”")
    return quoted or (match.group()[0].isupper() and any(character.isalnum() for character in before))


_Entry = tuple[str, tuple[str, ...], str]


@lru_cache(8)
def _lexicon(entries: tuple[_Entry, ...]) -> tuple[dict[str, str], re.Pattern[str]]:
    """The plain words by each spelling of the hard ones, and a pattern of those that are phrases."""
    plain = {
        spelling: easy for word, forms, easy in entries for spelling in (*_with_endings(word.replace("_", " ")), *forms)
    }
    return plain, _pattern(tuple(spelling for spelling in plain if " " in spelling))


def _with_endings(word: str) -> Iterator[str]:
    """A word as it is, and a single one with the regular endings of nouns and verbs."""
    yield word
    if " " in word:
        return
    if word.endswith("e"):
        yield from (f"{word}s", f"{word}d", f"{word[:-1]}ing")
    elif re.search(r"[^aeiou]y$", word):
        yield from (f"{word[:-1]}ies", f"{word[:-1]}ied", f"{word}ing")
    else:
        yield from (f"{word}s", f"{word}es", f"{word}ed", f"{word}ing")


# --- The checks ---------------------------------------------------------------------------------------------

_LONG_AND_HARD: Final = (
    "Autoimmune manifestations necessitate comprehensive multidisciplinary evaluation, individualized "
    "immunosuppressive administration and longitudinal surveillance of hematological parameters. Considerable "
    "heterogeneity complicates prognostication, particularly among populations experiencing refractory glomerular "
    "involvement. Randomized investigations demonstrating therapeutic superiority remain unavailable internationally, "
    "and observational publications frequently overestimate effectiveness because participants receive concomitant "
    "medications. Transplantation consequently constitutes an experimental intervention whose anticipated "
    "advantages require deliberate consideration against substantial toxicity, opportunistic infections, infertility "
    "and secondary autoimmune complications. Institutions performing transplantation should additionally provide "
    "psychological assistance, nutritional rehabilitation, fertility preservation, vaccination coordination and "
    "uninterrupted communication between participating specialists throughout the convalescent period following "
    "hospitalization and immediately thereafter, irrespective of geographical considerations."
)

CHECKS: Final[tuple[Check[Written], ...]] = (
    Check(
        id="plain/reading-grade",
        number="C04",
        title="The handout reads at grade 8 or below",
        level=Level.CONTENT,
        find=find_hard_reading,
        standards=("NHS how we write", "AMA and NIH", "PEMAT 3", "PIF TICK 7"),
        draft=Severity.WARNING,
        release=Severity.WARNING,
        languages="all",
        rationale="The library aims at grade 6 to 8. English is measured by SMOG, which health care prefers, with "
        "Flesch-Kincaid beside it; Spanish by Flesch-Szigriszt with the bands of INFLESZ. A grade counts "
        "syllables and words, not sense: it is a signal of where to look first, never proof. Languages without a "
        "confirmed formula are not graded.",
        remedy="use shorter words and shorter sentences, then ask readers",
        bad=_LONG_AND_HARD,
        good="Lupus can come back. Call your doctor if you feel worse. Do not wait.",
    ),
    Check(
        id="plain/long-sentence",
        number="C05",
        title="A sentence has 20 words or fewer",
        level=Level.CONTENT,
        find=find_long_sentences,
        standards=("NHS how we write", "Easy Read", "US federal plain language checklist"),
        draft=Severity.WARNING,
        languages="all",
        rationale="A reader who spells out words has lost the start of a long sentence at its end. In translations the "
        "limit is 30 words; where a language has no spaces between words there is none.",
        remedy="make two sentences of it",
        bad="If you have a fever or chills or you feel very weak after your treatment you need to call your lupus team "
        "at once, by day or night.",
        good="Call your lupus team at once if you have a fever or chills. Call by day or night.",
    ),
    Check(
        id="plain/long-paragraph",
        number="C05",
        title="A paragraph has three sentences or fewer",
        level=Level.CONTENT,
        find=find_long_paragraphs,
        standards=("NHS how we write", "PEMAT 8"),
        draft=Severity.WARNING,
        release=Severity.WARNING,
        languages="all",
        rationale="Short pieces with space around them are read; a wall of text is not.",
        remedy="make two paragraphs or a list of it",
        bad="Lupus is an illness. It can harm your skin. It can harm your kidneys. It can come back.",
        good="Lupus is an illness. It can harm your skin and kidneys. It can come back.",
    ),
    Check(
        id="plain/passive",
        number="C06",
        title="Sentences say who does what",
        level=Level.CONTENT,
        find=find_passive,
        standards=("PEMAT 5", "CCI 6", "NHS how we write"),
        draft=Severity.HINT,
        release=Severity.HINT,
        rationale="A reader who is told who acts knows whether it is they who must act. The passive is fine where "
        "nobody knows or cares who acts, so this is a hint.",
        remedy="say who does it, or tell the reader to do it",
        bad="Your blood will be tested by a nurse each week.",
        good="A nurse tests your blood each week.",
    ),
    Check(
        id="plain/indirect",
        number="C06",
        title="The handout speaks to the reader",
        level=Level.CONTENT,
        find=find_indirect,
        standards=("PEMAT 21", "CCI 6", "US federal plain language checklist"),
        draft=Severity.WARNING,
        release=Severity.WARNING,
        rationale="`Patients should` leaves the reader to find out that they are meant, and `shall` is a word of laws.",
        remedy="say `you`, or give the command: `Call your team`",
        bad="Patients should call the lupus team before stopping any medicine.",
        good="Call your lupus team before you stop any medicine.",
    ),
    Check(
        id="plain/double-negative",
        title="No statement says no twice",
        level=Level.CONTENT,
        find=find_double_negatives,
        standards=("US federal plain language guidelines",),
        draft=Severity.WARNING,
        release=Severity.WARNING,
        rationale="Two words for no must be worked out, and a tired reader may come to the opposite.",
        remedy="say what is so",
        bad="It is not uncommon for lupus to come back.",
        good="Lupus often comes back.",
    ),
    Check(
        id="plain/unexplained-term",
        number="C07",
        title="Each medical term is explained",
        level=Level.CONTENT,
        find=find_unexplained_terms,
        standards=("PEMAT 4", "CCI 7", "NHS how we write", "Easy Read"),
        draft=Severity.WARNING,
        rationale="A term that the library's glossary has is one that readers may not know. The handout explains it "
        "in its glossary, by a link, or in the sentence where it first stands or the next.",
        remedy="add it to the handout's glossary, or say in brackets what it means",
        bad="The team looks for signs of engraftment.",
        good="The team looks for signs of engraftment (the new cells start to make blood).",
    ),
    Check(
        id="plain/unexplained-abbreviation",
        number="C07",
        title="Each abbreviation is explained where it first stands",
        level=Level.CONTENT,
        find=find_unexplained_abbreviations,
        standards=("PEMAT 4", "CCI 7", "NHS formatting", "Easy Read"),
        draft=Severity.WARNING,
        rationale="Letters mean nothing to those who do not know the words behind them. A few that everyone knows are "
        "let pass, such as US and TV.",
        remedy="write the words out with the letters in brackets, or add them to the glossary",
        bad="Ask for a DXA each year.",
        good="Ask for a bone density test (DXA) each year.",
    ),
    Check(
        id="plain/hard-word",
        number="C04",
        title="Everyday words are used",
        level=Level.CONTENT,
        find=find_hard_words,
        standards=("PEMAT 3", "CCI 7", "NHS how we write", "US federal plain language checklist"),
        draft=Severity.WARNING,
        release=Severity.WARNING,
        rationale="The lexicon `plain_words.yaml` has words of medicine and offices that lists of plain language "
        "advise against. What the handout explains, names and quotations are let pass.",
        remedy="write it more plainly",
        bad="Discontinue the medication prior to the procedure.",
        good="Stop the medicine before the treatment.",
    ),
    Check(
        id="plain/capitals",
        number="C02",
        title="No run of words is in capitals",
        level=Level.CONTENT,
        find=find_capitals,
        standards=("UKAAF clear print", "RNIB", "NHS formatting"),
        languages="all",
        draft=Severity.WARNING,
        rationale="Words in capitals lose their shape and are read letter by letter. Abbreviations are no such words.",
        remedy="write small letters; for stress use `**bold**`",
        bad="DO NOT STOP your medicine on your own.",
        good="**Do not stop** your medicine on your own.",
    ),
)
