"""The fonts of the program: from pinned packages to static files that every page embeds.

Nothing of the machine's fonts is ever used. Each family and weight is cut once to a stable set of
characters, made static by HarfBuzz and kept in a cache by content, so a page in any script costs
what an English page costs, and the same words give the same bytes everywhere.
docs/decisions/003-fonts.md says which packages, and why.

Order matters: `private_fontconfig` first, then `import weasyprint`, which this module never does.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from html import escape
from importlib import metadata
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from handouts.findings import Finding, HandoutError, Location, MachineLacks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any


class Repertoire(StrEnum):
    """Which characters of its source a family keeps, whatever today's sentences are."""

    WHOLE = "whole"
    """All of them."""
    SCRIPT = "script"
    """Those that the Latin family lacks, spaces and joiners, and the family's own punctuation."""
    HAN = "han"
    """The characters and punctuation of GB 2312 and Latin 1, and what neither these nor the Latin
    family has of the text that is to be set."""


@dataclass(frozen=True)
class Source:
    """One font file inside one package of the lock file."""

    package: str
    """The distribution's name, as pip knows it."""
    file: str
    """The path inside the distribution's one module, with `/`."""


@dataclass(frozen=True)
class Family:
    """A family as the style sheet names it, and what it is made of."""

    name: str
    weights: Mapping[int, Source]
    """The source of each weight: a file of that weight, or a variable one, which is pinned to it
    (its other axes stay as drawn)."""
    repertoire: Repertoire
    own: str = ""
    """Punctuation that Latin has too, which this script prints with its own glyphs."""
    scale: float = 1.0
    """How much larger than drawn it prints, so that its letters suit the Latin ones beside them."""
    dropped_features: tuple[str, ...] = ()
    """Layout features that do harm."""


@dataclass(frozen=True)
class _Cut:
    """What decides the bytes of a product, next to the versions of the programs that make it."""

    source: Source
    weight: int
    characters: frozenset[int]
    scale: float = 1.0
    dropped_features: tuple[str, ...] = ()


@dataclass(frozen=True)
class Face:
    """One product: a whole static font file for one family, weight and style."""

    family: str
    weight: int
    path: Path
    digest: str
    """BLAKE2b of the file, 64 hexadecimal digits."""
    characters: frozenset[int] = field(repr=False)
    """The code points that it has a glyph for."""
    style: str = "normal"


_SOURCE_SANS = Source("fontpkg-source-sans-3", "files/SourceSans3[wght].ttf")
_AMIRI = "fontpkg-amiri"
_DEVANAGARI = Source("manimgx-fonts", "NotoSansDevanagari[wght].ttf")
_HAN_SIMPLIFIED = Source("justmytype-intl-cjk", "fonts/ofl/notosanssc/NotoSansSC[wght].ttf")

LATIN: Final = Family(
    "Handout Latin",
    dict.fromkeys((400, 600, 700), _SOURCE_SANS),
    Repertoire.WHOLE,
)
ARABIC: Final = Family(
    "Handout Arabic",
    {
        400: Source(_AMIRI, "files/Amiri-Regular.ttf"),
        700: Source(_AMIRI, "files/Amiri-Bold.ttf"),
    },
    Repertoire.SCRIPT,
    # A glyph of an embedded font stands for one character only. In Arabic a bracket is mirrored, in
    # a Latin passage it is not: from one font, one of the two would be copied the wrong way round.
    own="()[]{}«»‹›",  # noqa: RUF001 - these are the characters that are meant
    scale=1.2,
    # Pairs pushed apart look like two words to poppler and pdfium: a search would miss them.
    dropped_features=("kern",),
)
DEVANAGARI: Final = Family(
    "Handout Devanagari",
    dict.fromkeys((400, 700), _DEVANAGARI),
    Repertoire.SCRIPT,
)
HAN_SIMPLIFIED: Final = Family(
    "Handout Han Simplified",
    dict.fromkeys((400, 700), _HAN_SIMPLIFIED),  # a third weight would cost each file 30 kB
    Repertoire.HAN,
    own="–—℃",  # noqa: RUF001 - Python's GB 2312 has another long dash
)

STACKS: Final[Mapping[str, tuple[Family, ...]]] = {
    "Latn": (LATIN,),
    "Arab": (ARABIC, LATIN),
    "Deva": (DEVANAGARI, LATIN),
    "Hans": (HAN_SIMPLIFIED, LATIN),
}
"""The families of each script (ISO 15924), the one that is asked first standing first."""

RECIPE: Final = 1
"""Part of each product's key: raise it when `_make` changes what it makes."""
EXTRA_FEATURES: Final = ("tnum",)
"""Layout features beyond those that HarfBuzz keeps by itself: digits of one width, for tables."""
NAMES_KEPT: Final = (0, 13, 14)
"""Copyright, licence, its address; not the name, for Source is a reserved one and this is a cut."""
TABLES_DROPPED: Final = ("STAT", "BASE", "gasp", "vhea", "vmtx")
"""What only variable fonts, screens and vertical lines need."""
CONFIGURATION: Final = "handouts-fonts.conf"
"""The name by which `private_fontconfig` knows its own file again."""


def stack(script: str) -> tuple[Family, ...]:
    """Return the families that print a script (ISO 15924 code), first choice first.

    Raises HandoutError for a script that has no fonts here.
    """
    families = STACKS.get(script)
    if families is None:
        raise HandoutError([_unknown_script(script)])
    return families


def css_families(script: str) -> str:
    """Return the value of `font-family` for text in a script."""
    return ", ".join(f'"{family.name}"' for family in stack(script))


@dataclass(frozen=True)
class FontSet:
    """The products of one batch; refuses two that WeasyPrint could not tell apart."""

    faces: tuple[Face, ...]

    def __post_init__(self) -> None:
        seen: dict[tuple[str, int, str], Face] = {}
        for face in self.faces:
            other = seen.setdefault((face.family.casefold(), face.weight, face.style), face)
            if other is not face:
                raise HandoutError([_collision(face, other)])

    def css(self) -> str:
        """Return one `@font-face` rule a product: a whole file each, never a `unicode-range`."""
        return "\n".join(_rule(face) for face in self.faces) + "\n"

    def covers(self, character: str, script: str) -> bool:
        """Tell whether every weight of some family of the script's stack has the character."""
        return ord(character) in self._coverage(script)

    def missing(self, text: str, script: str) -> list[int]:
        """Return the code points of a text that would print as boxes, each once, in order.

        Characters that print nothing (line ends, joiners, direction marks) are left aside.
        """
        covered = self._coverage(script)
        printed = (ord(character) for character in dict.fromkeys(text) if _prints(character))
        return [code for code in printed if code not in covered]

    def _coverage(self, script: str) -> frozenset[int]:
        return frozenset().union(*(self._characters(family.name) for family in stack(script)))

    def _characters(self, family: str) -> frozenset[int]:
        sets = [face.characters for face in self.faces if face.family == family]
        return frozenset.intersection(*sets) if sets else frozenset()


def prepare(scripts: Iterable[str], characters: Mapping[str, str], store: Path) -> FontSet:
    """Return the fonts of these scripts, from the cache or made now.

    `characters` gives, for a script, the text that will be set in it: only Han looks at it, for
    characters beyond its stable set. Products lie in `store`, each whole or not there; a damaged
    one is made again. Raises HandoutError for an unknown script, MachineLacks for a font package
    that is not installed or not what it should be.
    """
    needed = {family.name: (family, characters.get(script, "")) for script in scripts for family in stack(script)}
    try:
        store.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MachineLacks([_no_store(store, error)]) from None
    return FontSet(tuple(face for family, text in needed.values() for face in _faces(family, text, store)))


def private_fontconfig(store: Path) -> Path:
    """Close the machine's fonts off for this process, and return the configuration's path.

    Writes a fontconfig file whose only folder holds one font of ours with nothing in it but a
    space (with no font at all WeasyPrint warns and Pango may abort), and sets FONTCONFIG_FILE.
    Must run before WeasyPrint is imported; raises RuntimeError when it is too late.
    """
    ours = Path(os.environ.get("FONTCONFIG_FILE", "")).name == CONFIGURATION
    if "weasyprint" in sys.modules and not ours:
        raise RuntimeError("private_fontconfig must be called before weasyprint is imported")
    folder = store.resolve() / "fontconfig"
    (folder / "fonts").mkdir(parents=True, exist_ok=True)
    _product(_Cut(LATIN.weights[400], 400, frozenset({ord(" ")})), folder / "fonts")
    path = folder / CONFIGURATION
    _write_whole(path, _configuration(folder).encode())
    os.environ["FONTCONFIG_FILE"] = str(path)
    return path


def versions() -> dict[str, str]:
    """Return the version of each font package, and of what cuts the fonts, for the manifest."""
    import uharfbuzz

    families = {family.name: family for families in STACKS.values() for family in families}
    sources = (source for family in families.values() for source in family.weights.values())
    packages = {source.package for source in sources}
    found = {package: _version(package) for package in sorted(packages)}
    return {**found, "uharfbuzz": f"{_version('uharfbuzz')} (HarfBuzz {uharfbuzz.version_string()})"}


# --- Which characters ---------------------------------------------------------------------------


def _repertoire(family: Family, text: str) -> frozenset[int]:
    """Return the code points that a family's products keep, of those that all its sources have."""
    has = _source_characters(family)
    own = frozenset(map(ord, family.own))
    match family.repertoire:
        case Repertoire.WHOLE:
            return has
        case Repertoire.SCRIPT:
            return has - (_source_characters(LATIN) - own) | _joining(has)
        case Repertoire.HAN:
            beyond = frozenset(map(ord, text)) - _source_characters(LATIN)
            return has & (own | _common_han() | beyond)


def _source_characters(family: Family) -> frozenset[int]:
    return frozenset.intersection(*(_open(source).characters for source in family.weights.values()))


@cache
def _common_han() -> frozenset[int]:
    """Return the stable set of simplified Chinese: Latin and GB 2312 without other alphabets.

    All 6763 characters, not only the 3755 of level 1: drug names and anatomy use the second level,
    and each character outside the set changes the bytes of every Chinese file.
    """
    rows = (1, 3, *range(16, 88))  # punctuation, full-width forms, the characters
    cells = (bytes((0xA0 + row, 0xA0 + cell)) for row in rows for cell in range(1, 95))
    han = b"".join(cells).decode("gb2312", errors="ignore")
    return frozenset((*range(0x20, 0x7F), *range(0xA0, 0x100), *map(ord, han)))


def _joining(codes: frozenset[int]) -> frozenset[int]:
    """Return the spaces and joiners, which must come from the font of the letters beside them."""
    return frozenset(code for code in codes if unicodedata.category(chr(code)) in {"Zs", "Cf"})


def _prints(character: str) -> bool:
    return unicodedata.category(character) not in {"Cc", "Cf", "Zl", "Zp"}


# --- Products -----------------------------------------------------------------------------------


def _faces(family: Family, text: str, store: Path) -> list[Face]:
    characters = _repertoire(family, text)
    faces = []
    for weight, source in family.weights.items():
        cut = _Cut(source, weight, characters, family.scale, family.dropped_features)
        path, digest = _product(cut, store)
        faces.append(Face(family.name, weight, path, digest, characters))
    return faces


def _product(cut: _Cut, store: Path) -> tuple[Path, str]:
    """Return a product and its digest from the cache, or make it and put it there."""
    key = _key(cut)
    found = _read_product(store, key)
    if found is None:
        data = _make(cut)
        found = store.resolve() / f"{key}-{_digest(data)}.ttf", _digest(data)
        _write_whole(found[0], data)
    return found


def _key(cut: _Cut) -> str:
    """Return the name of a product: everything that decides its bytes, digested."""
    import uharfbuzz

    parts = [
        RECIPE,
        [_open(cut.source).digest, cut.weight, sorted(cut.characters), cut.scale],
        [EXTRA_FEATURES, cut.dropped_features, NAMES_KEPT, TABLES_DROPPED],
        [_version("uharfbuzz"), uharfbuzz.version_string(), _version("fonttools")],
    ]
    return _digest(json.dumps(parts).encode())[:32]


def _read_product(store: Path, key: str) -> tuple[Path, str] | None:
    """Return a product and its digest, or None when there is none or its bytes are not right."""
    for path in sorted(store.resolve().glob(f"{key}-*.ttf")):
        digest = path.stem.removeprefix(f"{key}-")
        if _digest(path.read_bytes()) == digest:
            return path, digest
        path.unlink(missing_ok=True)
    return None


def _make(cut: _Cut) -> bytes:
    """Return a static font of these characters, without hinting; layout features stay."""
    import uharfbuzz as hb

    face = hb.Face(hb.Blob.from_file_path(str(_open(cut.source).path)))
    product = _subset_input(hb, face, cut).subset(face)
    if "fvar" in product.table_tags or not cut.characters.issubset(product.unicodes):
        raise MachineLacks([_unfit(cut.source)])
    data: bytes = product.blob.data
    return data if cut.scale == 1 else _enlarge(data, cut.scale)


def _enlarge(data: bytes, scale: float) -> bytes:
    """Return the font so that it prints larger at the same size: its em gets smaller."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    font = TTFont(BytesIO(data), recalcBBoxes=False, recalcTimestamp=False)
    font["head"].unitsPerEm = round(font["head"].unitsPerEm / scale)
    out = BytesIO()
    font.save(out)
    return out.getvalue()


def _subset_input(hb: Any, face: Any, cut: _Cut) -> Any:
    """Return the order to HarfBuzz (typed loosely: uharfbuzz publishes no types)."""
    order = hb.SubsetInput()
    order.pin_all_axes_to_default(face)
    if "fvar" in face.table_tags:
        order.pin_axis_location(face, "wght", cut.weight)
    order.unicode_set.clear()
    order.unicode_set.update(cut.characters)
    order.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NOTDEF_OUTLINE
    order.name_id_set.clear()
    order.name_id_set.update(NAMES_KEPT)
    order.layout_feature_tag_set.update(map(_tag, EXTRA_FEATURES))
    order.layout_feature_tag_set.difference_update(hb.Set(map(_tag, cut.dropped_features)))
    order.drop_table_tag_set.update(map(_tag, TABLES_DROPPED))
    return order


def _tag(name: str) -> int:
    return int.from_bytes(name.encode("ascii"), "big")


# --- Sources ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Opened:
    """A source as it lies on the disk."""

    path: Path
    digest: str
    characters: frozenset[int]


@cache
def _open(source: Source) -> _Opened:
    """Return a font file of a package, read once; an installed package does not change under us."""
    import uharfbuzz as hb

    path = _locate(source)
    face = hb.Face(hb.Blob.from_file_path(str(path)))
    return _Opened(path, _digest(path.read_bytes()), frozenset(face.unicodes))


def _locate(source: Source) -> Path:
    """Return where a font file of a package lies, without running the package's code."""
    module = find_spec(source.package.replace("-", "_"))
    for folder in (module.submodule_search_locations or ()) if module else ():
        path = Path(folder, source.file)
        if path.is_file():
            return path
    raise MachineLacks([_no_package(source)])


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        raise MachineLacks([_no_package(Source(package, ""))]) from None


# --- Files and rules ----------------------------------------------------------------------------


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=32).hexdigest()


def _write_whole(path: Path, data: bytes) -> None:
    """Write a file so that other processes see all of it or nothing."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(data)
    Path(file.name).replace(path)


def _rule(face: Face) -> str:
    return (
        f'@font-face {{ font-family: "{face.family}"; font-style: {face.style}; '
        f'font-weight: {face.weight}; src: url("{face.path.as_uri()}"); }}'
    )


def _configuration(folder: Path) -> str:
    """Return the fontconfig file; without its own cache folder it would write to the home."""
    return (
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">\n'
        f"<fontconfig>\n  <dir>{escape(str(folder / 'fonts'), quote=False)}</dir>\n"
        f"  <cachedir>{escape(str(folder / 'cache'), quote=False)}</cachedir>\n</fontconfig>\n"
    )


# --- Findings -----------------------------------------------------------------------------------


def _unknown_script(script: str) -> Finding:
    return Finding(
        id="fonts/unknown-script",
        where=Location("locales/languages.yaml"),
        what=f"no fonts for the script {script!r}",
        remedy=f"use one of {', '.join(STACKS)}, or add the script to STACKS in handouts/fonts.py",
    )


def _no_package(source: Source) -> Finding:
    return Finding(
        id="fonts/package-missing",
        where=Location(source.package),
        what=f"the font package {source.package} is not installed, or lacks {source.file!r}",
        remedy="install the versions of the lock file: make handouts",
    )


def _unfit(source: Source) -> Finding:
    return Finding(
        id="fonts/not-static",
        where=Location(f"{source.package}/{source.file}"),
        what="the font stays variable, or loses characters, when it is cut",
        remedy="install the versions of the lock file: make handouts",
    )


def _no_store(store: Path, error: OSError) -> Finding:
    what = f"there is no folder to keep fonts in: {error.strerror}"
    return Finding("machine/store", Location(str(store)), what, "set XDG_CACHE_HOME to a folder that can be written")


def _collision(face: Face, other: Face) -> Finding:
    return Finding(
        id="fonts/collision",
        where=Location(str(face.path)),
        what=f"{face.family} {face.weight} {face.style} is also {other.path.name}: one of the two "
        "would print with the other's letters",
        remedy="give each font file a family, weight or style of its own",
    )
