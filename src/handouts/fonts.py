"""The fonts of the program: from pinned packages to static files that every page embeds.

Nothing of the machine's fonts is ever used. Each family and weight is cut once to a stable set of
characters, made static by HarfBuzz and kept in a cache by content, so a page in any script costs
what an English page costs, and the same words give the same bytes everywhere.
docs/decisions/003-fonts.md says which packages, and why.

Order matters: `private_fontconfig` first, then `import weasyprint`, which this module never does.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import sys
import unicodedata
import zlib
from collections.abc import Hashable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, cached_property
from html import escape
from importlib import metadata
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from handouts.aside import write_whole
from handouts.findings import Finding, HandoutError, Location, MachineLacks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any


class Repertoire(StrEnum):
    """Which characters of its source a family keeps: never a matter of today's sentences."""

    WHOLE = "whole"
    """All of them."""
    SCRIPT = "script"
    """Those that the Latin family lacks, spaces and joiners, and the family's own punctuation."""
    LATIN = "latin"
    """Those that the Latin family has too, without Greek and Cyrillic."""


class Source(Hashable, Protocol):
    """A font file that products are cut from."""

    def digest(self) -> str:
        """Return a digest of the file; it need not be read for that."""

    def read(self) -> bytes:
        """Return the file, of just that digest. Raises HandoutError where it cannot be had."""

    def fault(self, what: str) -> HandoutError:
        """Return the exception that says what is wrong with the file."""


@dataclass(frozen=True)
class Packaged:
    """One font file inside one package of the lock file."""

    package: str
    """The distribution's name, as pip knows it."""
    file: str
    """The path inside the distribution's one module, with `/`."""

    def digest(self) -> str:
        """Return the SHA-256 that pip checked and recorded when it installed the file (PEP 376)."""
        return _recorded(self)[1]

    def read(self) -> bytes:
        """Return the file. Raises MachineLacks where it is not what was installed."""
        path, digest = _recorded(self)
        data = path.read_bytes() if path.is_file() else b""
        if base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=") != digest:
            raise self.fault("is missing or is not what was installed")
        return data

    def fault(self, what: str) -> MachineLacks:
        """Return the exception that says what is wrong with the file."""
        where = Location(f"{self.package}/{self.file}")
        return MachineLacks([Finding("fonts/package", where, f"the font {what}", _INSTALL)])


@dataclass(frozen=True)
class Family:
    """A family as the style sheet names it, and what it is made of."""

    name: str
    weights: Mapping[int, Source]
    """The source of each weight: a file of that weight, or a variable one, which is pinned to it
    (its other axes stay as drawn). Other weights are printed in the nearest of these."""
    repertoire: Repertoire
    own: str = ""
    """Punctuation that Latin has too, which this script prints with its own glyphs."""
    scale: float = 1.0
    """How much larger than drawn it prints, so that its letters suit the Latin ones beside them."""


@dataclass(frozen=True)
class Face:
    """One product: a whole static font file for one family, weight and style."""

    family: str
    weight: int
    path: Path
    checksum: str
    """CRC-32 of the file, eight hexadecimal digits."""
    characters: frozenset[int] = field(repr=False)
    """The code points that it has a glyph for."""
    style: str = "normal"


REGULAR_AND_BOLD: Final = (400, 700)

LATIN: Final = Family(
    "Handout Latin",  # Cyrillic and Greek too
    dict.fromkeys((400, 600, 700), Packaged("fontpkg-source-sans-3", "files/SourceSans3[wght].ttf")),
    Repertoire.WHOLE,
)
ARABIC: Final = Family(
    "Handout Arabic",
    dict.fromkeys((400, 700), Packaged("pylopdf-fonts-ar", "NotoNaskhArabic-Variable.ttf")),
    Repertoire.SCRIPT,
    own="()[]{}«»‹›",  # noqa: RUF001 - these are the characters that are meant
    scale=1.15,
)


def _noto(name: str) -> Family:
    """Return the family of a script that is printed beside Latin."""
    source = Packaged("manimgx-fonts", f"NotoSans{name}[wght].ttf")
    return Family(f"Handout {name}", dict.fromkeys(REGULAR_AND_BOLD, source), Repertoire.SCRIPT)


def _east_asian(name: str, file: str) -> Family:
    """Return a family that has Latin of its own, drawn to the size of its characters.

    In one weight, which `pdf.text` thickens where a page asks for bold: the characters of a second
    weight would make up a quarter of a file.
    """
    source = Packaged("justmytype-intl-cjk", f"fonts/ofl/{file.lower()}/{file}[wght].ttf")
    return Family(f"Handout {name}", {400: source}, Repertoire.WHOLE)


STACKS: Final[Mapping[str, tuple[Family, ...]]] = {
    "Latn": (LATIN,),
    "Cyrl": (LATIN,),
    "Grek": (LATIN,),
    "Arab": (ARABIC, LATIN),
    "Armn": (_noto("Armenian"), LATIN),
    "Beng": (_noto("Bengali"), LATIN),
    "Deva": (_noto("Devanagari"), LATIN),
    "Ethi": (_noto("Ethiopic"), LATIN),
    "Geor": (_noto("Georgian"), LATIN),
    "Gujr": (_noto("Gujarati"), LATIN),
    "Guru": (_noto("Gurmukhi"), LATIN),
    "Hebr": (_noto("Hebrew"), LATIN),
    "Khmr": (_noto("Khmer"), LATIN),
    "Knda": (_noto("Kannada"), LATIN),
    "Laoo": (_noto("Lao"), LATIN),
    "Mlym": (_noto("Malayalam"), LATIN),
    "Mymr": (_noto("Myanmar"), LATIN),
    "Sinh": (_noto("Sinhala"), LATIN),
    "Taml": (_noto("Tamil"), LATIN),
    "Telu": (_noto("Telugu"), LATIN),
    "Thai": (_noto("Thai"), LATIN),
    "Hans": (_east_asian("Han Simplified", "NotoSansSC"), LATIN),
    "Hant": (_east_asian("Han Traditional", "NotoSansTC"), LATIN),
    "Jpan": (_east_asian("Japanese", "NotoSansJP"), LATIN),
    "Kore": (_east_asian("Korean", "NotoSansKR"), LATIN),
}
"""The families of each script (ISO 15924), the one that is asked first standing first."""

OWN: Final = "Handout Own"
"""The family of a clinic's own font. It has nothing that Latin lacks."""

RECIPE: Final = 2
"""Part of each product's key: raise it when what is made changes and nothing else in the key does."""
EXTRA_FEATURES: Final = ("tnum",)
"""Layout features beyond those that HarfBuzz keeps by itself: digits of one width, for tables."""
NAMES_KEPT: Final = (0, 13, 14)
"""Copyright, licence, its address; not the name, for Source is a reserved one and this is a cut."""
TABLES_DROPPED: Final = ("STAT", "BASE", "gasp", "vhea", "vmtx", "COLR", "CPAL", "CBDT", "CBLC", "sbix")
"""What only variable fonts, screens, vertical lines and colored letters need."""
TABLES_NEEDED: Final = frozenset({"cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp"})
"""What a product must have to be embedded; a broken source can come out without."""
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


def css_families(script: str, *, own: bool = False) -> str:
    """Return the value of `font-family` for text in a script; `own`: the clinic has a font of its own.

    That font prints Latin wherever the Latin family would, but not beside Cyrillic and Greek letters,
    which are drawn for the Latin family.
    """
    names = [family.name for family in stack(script)]
    if own and script not in {"Cyrl", "Grek"}:
        names.insert(names.index(LATIN.name), OWN)
    return ", ".join(f'"{name}"' for name in names)


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

    @property
    def has_own(self) -> bool:
        """Whether a clinic's own font is among them."""
        return any(face.family == OWN for face in self.faces)

    def css(self) -> str:
        """Return one `@font-face` rule a product: a whole file each, never a `unicode-range`."""
        return "\n".join(_rule(face) for face in self.faces) + "\n"

    def covers(self, character: str, script: str) -> bool:
        """Tell whether every weight of some family of the script's stack has the character."""
        return not self._lacking([ord(character)], script)

    def missing(self, text: str, script: str) -> list[int]:
        """Return the code points of a text that would print as boxes, each once, in order.

        Characters that print nothing (line ends, joiners, direction marks) are left aside.
        """
        lacking = self._lacking([ord(character) for character in dict.fromkeys(text)], script)
        return [code for code in lacking if _prints(chr(code))]

    def _lacking(self, codes: list[int], script: str) -> list[int]:
        for family in stack(script):
            characters = self._characters.get(family.name, frozenset())
            codes = [code for code in codes if code not in characters]
        return codes

    @cached_property
    def _characters(self) -> Mapping[str, frozenset[int]]:
        """By family the code points that every weight of it has."""
        weights: dict[str, list[frozenset[int]]] = {}
        for face in self.faces:
            weights.setdefault(face.family, []).append(face.characters)
        return {family: frozenset.intersection(*sets) for family, sets in weights.items()}


def default_store() -> Path:
    """Return the place where prepared fonts are kept between builds: the user's cache folder (XDG)."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "patient-handouts"


def prepare(scripts: Iterable[str], store: Path, own: Family | None = None) -> FontSet:
    """Return the fonts of these scripts and a clinic's own, from the cache or made now.

    Products lie in `store`, each whole or not there; a damaged one is made again. Raises HandoutError
    for an unknown script, MachineLacks for a font package that is not installed or not what it
    should be.
    """
    needed = {family.name: family for script in scripts for family in stack(script)}
    try:
        store.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MachineLacks([_no_store(store, error)]) from None
    return with_own(FontSet(tuple(_faces(needed.values(), store))), own, store)


def with_own(font_set: FontSet, own: Family | None, store: Path) -> FontSet:
    """Return the fonts with a clinic's own, if it has one. Raises as `prepare`."""
    return FontSet((*font_set.faces, *_faces([own], store))) if own else font_set


def _faces(families: Iterable[Family], store: Path) -> Iterator[Face]:
    return (_face(family, weight, store) for family in families for weight in family.weights)


def private_fontconfig(store: Path) -> Path:
    """Close the machine's fonts off for this process, and return the configuration's path.

    Writes a fontconfig file whose only folder holds one font of ours with nothing in it but
    spaces (with no font at all WeasyPrint warns and Pango may abort), and sets FONTCONFIG_FILE.
    Must run before WeasyPrint is imported; raises RuntimeError when it is too late.
    """
    ours = Path(os.environ.get("FONTCONFIG_FILE", "")).name == CONFIGURATION
    if "weasyprint" in sys.modules and not ours:
        raise RuntimeError("private_fontconfig must be called before weasyprint is imported")
    folder = store.resolve() / "fontconfig"
    (folder / "fonts").mkdir(parents=True, exist_ok=True)
    _face(_SPACES, 400, folder / "fonts")
    path = folder / CONFIGURATION
    configuration = _configuration(folder).encode()
    if _bytes_of(path) != configuration:
        _write(path, configuration)
    os.environ["FONTCONFIG_FILE"] = str(path)
    return path


def versions() -> dict[str, str]:
    """Return the version of each font package, and of what cuts the fonts, for the manifest."""
    import uharfbuzz

    found = {package: _version(package) for package in packages()}
    return {**found, "uharfbuzz": f"{_version('uharfbuzz')} (HarfBuzz {uharfbuzz.version_string()})"}


def packages() -> list[str]:
    """Return the names of the packages that fonts come from, sorted."""
    families = {family.name: family for families in STACKS.values() for family in families}
    sources = (source for family in families.values() for source in family.weights.values())
    return sorted({source.package for source in sources if isinstance(source, Packaged)})


# --- Which characters ---------------------------------------------------------------------------

_GREEK_AND_CYRILLIC: Final = frozenset((*range(0x370, 0x530), *range(0x1F00, 0x2000)))
_SPACES: Final = Family("Handout Spaces", {400: LATIN.weights[400]}, Repertoire.SCRIPT)


def _repertoire(family: Family, source: Source) -> frozenset[int]:
    """Return the code points that a family keeps of a source."""
    has = _characters(source)
    latin = _characters(LATIN.weights[400])
    match family.repertoire:
        case Repertoire.WHOLE:
            return has
        case Repertoire.SCRIPT:
            return has - (latin - frozenset(map(ord, family.own))) | _joining(has)
        case Repertoire.LATIN:
            return has & latin - _GREEK_AND_CYRILLIC


@cache
def _characters(source: Source) -> frozenset[int]:
    return _code_points(source.read())


def _code_points(font: bytes) -> frozenset[int]:
    import uharfbuzz as hb

    return frozenset(hb.Face(font).unicodes)


def _joining(codes: frozenset[int]) -> frozenset[int]:
    """Return the spaces and joiners, which must come from the font of the letters beside them."""
    return frozenset(code for code in codes if unicodedata.category(chr(code)) in {"Zs", "Cf"})


def _prints(character: str) -> bool:
    return unicodedata.category(character) not in {"Cc", "Cf", "Zl", "Zp"}


# --- Products -----------------------------------------------------------------------------------


def _face(family: Family, weight: int, store: Path) -> Face:
    """Return a product from the cache, or make it and put it there."""
    key = _key(family, weight)
    found = _read_product(store, key)
    if found is None:
        data = _make(family, weight)
        found = store.resolve() / f"{key}-{_checksum(data)}.ttf", data
        _write(*found)
    path, data = found
    return Face(family.name, weight, path, path.stem.removeprefix(f"{key}-"), _code_points(data))


def _key(family: Family, weight: int) -> str:
    """Return the name of a product: everything that decides its bytes, digested. Reads no font."""
    import uharfbuzz

    parts = [
        [RECIPE, family.weights[weight].digest(), LATIN.weights[400].digest(), weight],
        [family.repertoire, family.own, family.scale],
        [EXTRA_FEATURES, NAMES_KEPT, TABLES_DROPPED],
        [_version("uharfbuzz"), uharfbuzz.version_string(), _version("fonttools")],
    ]
    return hashlib.blake2b(json.dumps(parts).encode(), digest_size=16).hexdigest()


def _read_product(store: Path, key: str) -> tuple[Path, bytes] | None:
    """Return a product's path and bytes, or None when there is none or its bytes are not right."""
    for path in sorted(store.resolve().glob(f"{key}-*.ttf")):
        data = _bytes_of(path)
        if path.stem == f"{key}-{_checksum(data)}":
            return path, data
        with suppress(OSError):
            path.unlink(missing_ok=True)
    return None


def _make(family: Family, weight: int) -> bytes:
    """Return a static font of the family's characters, without hinting; layout features stay."""
    import uharfbuzz as hb

    source = family.weights[weight]
    characters = _repertoire(family, source)
    face = hb.Face(source.read())
    try:
        product = _subset_input(hb, face, weight, characters).subset(face)
    except RuntimeError:  # uharfbuzz has no exception of its own
        raise source.fault("cannot be cut") from None
    if "fvar" in product.table_tags or not TABLES_NEEDED.issubset(product.table_tags):
        raise source.fault("is no static TrueType font when it is cut")
    if not characters.issubset(product.unicodes):
        raise source.fault("loses characters when it is cut")
    data: bytes = product.blob.data
    return data if family.scale == 1 else _enlarge(data, family.scale)


def _enlarge(data: bytes, scale: float) -> bytes:
    """Return the font so that it prints larger at the same size: its em gets smaller."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    font = TTFont(BytesIO(data), recalcBBoxes=False, recalcTimestamp=False)
    font["head"].unitsPerEm = round(font["head"].unitsPerEm / scale)
    out = BytesIO()
    font.save(out)
    return out.getvalue()


def _subset_input(hb: Any, face: Any, weight: int, characters: frozenset[int]) -> Any:
    """Return the order to HarfBuzz (typed loosely: uharfbuzz publishes no types)."""
    order = hb.SubsetInput()
    order.pin_all_axes_to_default(face)
    if any(axis.tag == "wght" for axis in face.axis_infos):
        order.pin_axis_location(face, "wght", weight)
    order.unicode_set.clear()
    order.unicode_set.update(characters)
    order.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NOTDEF_OUTLINE
    order.name_id_set.clear()
    order.name_id_set.update(NAMES_KEPT)
    order.layout_feature_tag_set.update(map(_tag, EXTRA_FEATURES))
    order.drop_table_tag_set.update(map(_tag, TABLES_DROPPED))
    return order


def _tag(name: str) -> int:
    return int.from_bytes(name.encode("ascii"), "big")


# --- Sources ------------------------------------------------------------------------------------

_INSTALL: Final = "install the versions of the lock file: make handouts"


def _recorded(source: Packaged) -> tuple[Path, str]:
    """Return where a font file of a package lies, and its SHA-256 as pip recorded it (base64)."""
    file = _files(source.package).get(f"{source.package.replace('-', '_')}/{source.file}")
    if file is None or file.hash is None or file.hash.mode != "sha256":
        raise MachineLacks([_no_package(source)])
    return Path(str(file.locate())), file.hash.value


@cache
def _files(package: str) -> dict[str, metadata.PackagePath]:
    """Return the files of a package by path, without running any of its code."""
    try:
        found = metadata.files(package)
    except metadata.PackageNotFoundError:
        found = None
    return {file.as_posix(): file for file in found or ()}


@cache
def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        raise MachineLacks([_no_package(Packaged(package, ""))]) from None


# --- Files and rules ----------------------------------------------------------------------------


def _checksum(data: bytes) -> str:
    """Return what finds a damaged file, five times as fast as a digest: the store is the user's own."""
    return f"{zlib.crc32(data):08x}"


def _bytes_of(path: Path) -> bytes:
    """Return what a file of the store holds: nothing where another process has taken it away."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _write(path: Path, data: bytes) -> None:
    """Write a file so that other processes see all of it or nothing. Raises MachineLacks."""
    try:
        write_whole(path, data)
    except OSError as error:
        raise MachineLacks([_no_store(path.parent, error)]) from None


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


def _no_package(source: Packaged) -> Finding:
    return Finding(
        id="fonts/package-missing",
        where=Location(source.package),
        what=f"the font package {source.package} is not installed, or lacks {source.file!r}",
        remedy=_INSTALL,
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
