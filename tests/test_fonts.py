"""The fonts of the program: real packages, real products, real pages."""

# ruff: noqa: RUF001 - the characters that look like others are what is tested

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from importlib import metadata
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import category, normalize

import pytest
from fontTools.pens.recordingPen import DecomposingRecordingPen  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from handouts import fonts
from handouts.findings import HandoutError, MachineLacks
from handouts.fonts import FontSet, Packaged, Repertoire, css_families, prepare, stack

if TYPE_CHECKING:
    from collections.abc import Iterator

SAMPLES = {
    "Latn": "Fièvre ≥ 38.0 °C — “call”, ¿señal? 5–10 mg • ☐ ✓ × ½ … Tiếng Việt ữ ặ Ơ ₫",
    "Arab": "هذا العلاج تجريبي، أليس كذلك؟ ٢٥٪ (أو أكثر) «نعم» 38 mg\u200f",
    "Armn": "Այս բուժումը փորձարարական է։ Ի՞նչ անել 25% և",
    "Beng": "এই চিকিৎসা পরীক্ষামূলক। আপনি কি জানেন? ১২৩ 25% ক্ষ",
    "Cyrl": "Это лечение — экспериментальное. «Знаете?» №5 25% ґєї",
    "Deva": "यह उपचार प्रायोगिक है। क्या आप जानते हैं? १२३ 25% क्‍ष",
    "Ethi": "ይህ ሕክምና በሙከራ ላይ ነው። ያውቃሉ? 25%",
    "Geor": "ეს მკურნალობა ექსპერიმენტულია. „იცით?“ 25%",
    "Grek": "Αυτή η θεραπεία είναι πειραματική; «Ναι» 25%",
    "Gujr": "આ સારવાર પ્રાયોગિક છે. શું તમે જાણો છો? ૧૨૩ 25% ક્ષ",
    "Guru": "ਇਹ ਇਲਾਜ ਪ੍ਰਯੋਗਾਤਮਕ ਹੈ। ਕੀ ਤੁਸੀਂ ਜਾਣਦੇ ਹੋ? ੧੨੩ 25%",
    "Hans": "白内障手术，嘌呤；“狼疮”——您知道吗？……《指南》（AHSCT）38.0 ℃ • ☐",
    "Hant": "白內障手術，「紅斑性狼瘡」——您知道嗎？……（AHSCT）38.0 ℃ • ☐",
    "Hebr": "טיפול זה הוא ניסיוני. “האם ידעת?” (25%) שָׁלוֹם־",
    "Jpan": "この治療は試験的です。「ご存じですか？」・コーヒー（AHSCT）38.0 ℃ ☐",
    "Khmr": "ការព្យាបាលនេះជាការសាកល្បង។ តើអ្នកដឹងទេ? ១២៣ 25%",
    "Knda": "ಈ ಚಿಕಿತ್ಸೆ ಪ್ರಾಯೋಗಿಕವಾಗಿದೆ. ನಿಮಗೆ ತಿಳಿದಿದೆಯೇ? ೧೨೩ 25% ಕ್ಷ",
    "Kore": "이 치료는 시험적입니다. “알고 계십니까?” (AHSCT) 38.0 ℃ ☐",
    "Laoo": "ການປິ່ນປົວນີ້ແມ່ນການທົດລອງ. ທ່ານຮູ້ບໍ່? ໑໒໓ 25%",
    "Mlym": "ഈ ചികിത്സ പരീക്ഷണാത്മകമാണ്. നിങ്ങൾക്കറിയാമോ? 25% ക്ഷ",
    "Mymr": "ဤကုသမှုသည် စမ်းသပ်ဆဲဖြစ်သည်။ သင်သိပါသလား၊ ၁၂၃ 25%",
    "Sinh": "මෙම ප්‍රතිකාරය පර්යේෂණාත්මකයි. ඔබ දන්නවාද? 25%",
    "Taml": "இந்த சிகிச்சை சோதனை முறையானது. உங்களுக்குத் தெரியுமா? 25% க்ஷ",
    "Telu": "ఈ చికిత్స ప్రయోగాత్మకమైనది. మీకు తెలుసా? 25% క్ష",
    "Thai": "การรักษานี้เป็นการทดลอง คุณทราบหรือไม่? ๑๒๓ 25%",
}


def span(*ends: int) -> str:
    """The characters from the first to the second, from the third to the fourth, and so on."""
    return "".join(
        chr(code) for first, last in zip(ends[::2], ends[1::2], strict=True) for code in range(first, last + 1)
    )


VIETNAMESE = "".join(
    normalize("NFC", letter + tone) for letter in "aăâeêioôơuưy" for tone in "\u0300\u0301\u0303\u0309\u0323"
)
LETTERS = {
    "es": ("Latn", "áéíñóúü¿¡ªº"),
    "fr": ("Latn", "àâæçéèêëîïôœùûüÿ«»’\u00a0\u202f"),
    "pt": ("Latn", "ãáàâçéêíõóôú"),
    "de": ("Latn", "äöüßẞ„“"),
    "vi": ("Latn", f"{VIETNAMESE}đ₫\u0300\u0301\u0303\u0309\u0323"),
    "ht": ("Latn", "àèòé’"),
    "so": ("Latn", "’ʼabcdefghijklmnopqrstuvwxyz"),
    "pl": ("Latn", "ąćęłńóśźż„”"),
    "cs": ("Latn", "áčďéěíňóřšťúůýž"),
    "hu": ("Latn", "áéíóöőúüű"),
    "ro": ("Latn", "ăâîșțşţ"),
    "tr": ("Latn", "çğıİöşü"),
    "tl": ("Latn", "ñ₱"),
    "yo": ("Latn", "ẹọṣńǹ\u0300\u0301\u0304\u0323"),
    "ru": ("Cyrl", "абвгдеёжзийклмнопрстуфхцчшщъыьэюя№«»"),
    "uk": ("Cyrl", "ґєіїʼ’"),
    "be": ("Cyrl", "ўі"),
    "sr": ("Cyrl", "ђјљњћџ"),
    "kk": ("Cyrl", "әғқңөұүһі"),
    "tg": ("Cyrl", "ғӣқӯҳҷ"),
    "el": ("Grek", "αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰ·«»"),
    "ar": ("Arab", "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهويى" + span(0x64B, 0x652) + "ٰـ،؛؟٪٫٬٠١٢٣٤٥٦٧٨٩"),
    "fa": ("Arab", "پچژگکیهٔأ۰۱۲۳۴۵۶۷۸۹٪٫٬؟«»\u200c"),
    "ur": ("Arab", "ٹڈڑںھہےۓپچژگکیئؤۂۃ۔،؛؟۰۱۲۳۴۵۶۷۸۹"),
    "ps": ("Arab", "ټځڅډړږښګڼۍېۀيئ"),
    "ckb": ("Arab", "ڕڵۆێەڤگچژپھئ"),
    "he": ("Hebr", span(0x5D0, 0x5EA, 0x5F3, 0x5F4, 0x5B0, 0x5BD, 0x5C1, 0x5C2) + "־₪"),
    "yi": ("Hebr", "װױײאַאָפּפֿ"),
    "hi": (
        "Deva",
        span(0x901, 0x903, 0x905, 0x90D, 0x90F, 0x911, 0x913, 0x939, 0x93C, 0x945, 0x947, 0x949, 0x94B, 0x94D),
    ),
    "mr": ("Deva", "ळऱॲऑॐ।॥०१२३४५६७८९₹\u200c\u200d"),
    "bn": (
        "Beng",
        span(0x981, 0x983, 0x985, 0x98B, 0x993, 0x9A8, 0x9AA, 0x9B0, 0x9B6, 0x9B9, 0x9BC, 0x9C3, 0x9E6, 0x9EF),
    ),
    "as": ("Beng", "ৰৱলএঐেৈোৌ্ৎৗড়ঢ়য়।॥৳"),
    "pa": (
        "Guru",
        span(0xA01, 0xA03, 0xA05, 0xA0A, 0xA13, 0xA28, 0xA2A, 0xA30, 0xA38, 0xA39, 0xA3E, 0xA42, 0xA66, 0xA74),
    ),
    "gu": (
        "Gujr",
        span(0xA81, 0xA83, 0xA85, 0xA8D, 0xA93, 0xAA8, 0xAAA, 0xAB0, 0xAB5, 0xAB9, 0xABC, 0xAC5, 0xAE6, 0xAEF),
    ),
    "ta": (
        "Taml",
        span(0xB85, 0xB8A, 0xB8E, 0xB90, 0xB92, 0xB95, 0xBAE, 0xBB9, 0xBBE, 0xBC2, 0xBC6, 0xBC8, 0xBCA, 0xBCD),
    ),
    "te": (
        "Telu",
        span(0xC01, 0xC03, 0xC05, 0xC0C, 0xC12, 0xC28, 0xC2A, 0xC33, 0xC35, 0xC39, 0xC3E, 0xC44, 0xC4A, 0xC4D),
    ),
    "kn": (
        "Knda",
        span(0xC82, 0xC83, 0xC85, 0xC8C, 0xC92, 0xCA8, 0xCAA, 0xCB3, 0xCB5, 0xCB9, 0xCBC, 0xCC4, 0xCCA, 0xCCD),
    ),
    "ml": (
        "Mlym",
        span(0xD02, 0xD03, 0xD05, 0xD0C, 0xD12, 0xD28, 0xD2A, 0xD39, 0xD3E, 0xD43, 0xD4A, 0xD4D, 0xD7A, 0xD7F),
    ),
    "si": (
        "Sinh",
        span(0xD82, 0xD83, 0xD85, 0xD96, 0xD9A, 0xDB1, 0xDB3, 0xDBB, 0xDC0, 0xDC6, 0xDCF, 0xDD4, 0xDD8, 0xDDF),
    ),
    "th": ("Thai", span(0xE01, 0xE3A, 0xE3F, 0xE5B)),
    "lo": (
        "Laoo",
        span(0xE94, 0xE97, 0xE99, 0xE9F, 0xEA1, 0xEA3, 0xEAD, 0xEB9, 0xEBB, 0xEBD, 0xEC0, 0xEC4, 0xEC8, 0xECD),
    ),
    "km": ("Khmr", span(0x1780, 0x17B3, 0x17B6, 0x17DB, 0x17E0, 0x17E9)),
    "my": ("Mymr", span(0x1000, 0x102A, 0x102B, 0x1032, 0x1036, 0x104F)),
    "ksw": ("Mymr", "ၡၢၣၤၥၦၧၨ"),
    "am": (
        "Ethi",
        span(
            0x1208,
            0x1246,
            0x1260,
            0x1286,
            0x1290,
            0x12AE,
            0x12C8,
            0x12CE,
            0x12D8,
            0x130E,
            0x1320,
            0x135A,
            0x1361,
            0x1366,
        ),
    ),
    "ti": ("Ethi", span(0x1248, 0x1248, 0x124A, 0x124D, 0x1250, 0x1256, 0x12B8, 0x12BE)),
    "ka": ("Geor", span(0x10D0, 0x10F0) + "„“₾"),
    "hy": ("Armn", span(0x531, 0x556, 0x559, 0x55F, 0x561, 0x587, 0x589, 0x58A)),
    "yue": ("Hant", "嘅喺啲咗唔冇嚟睇諗嗰咩哋"),
    "ja": ("Jpan", span(0x3041, 0x3096, 0x30A1, 0x30FC) + "々〆「」『』。、・〜"),
    "ko": ("Kore", span(0xAC00, 0xD7A3, 0x3131, 0x318E) + "·「」"),
}
"""Letters and signs of the main languages of each script, written down by hand (small ones, where it has two)."""
HAN = {"Hans": "gb2312", "Hant": "big5", "Jpan": "euc_jp", "Kore": "euc_kr"}
"""The national character set of each script that is written in Chinese characters."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fonts")


@pytest.fixture(scope="module")
def everything(store: Path) -> FontSet:
    return prepare(fonts.STACKS, store)


@pytest.mark.parametrize("script", SAMPLES)
def test_every_character_of_a_script_is_covered(everything: FontSet, script: str) -> None:
    assert everything.missing(SAMPLES[script], script) == []


@pytest.mark.parametrize("language", LETTERS)
def test_every_letter_of_a_language_is_covered(everything: FontSet, language: str) -> None:
    script, letters = LETTERS[language]
    capitals = letters.upper() if script in {"Latn", "Cyrl", "Grek", "Armn"} else ""
    assert everything.missing(letters + capitals, script) == []


@pytest.mark.parametrize("script", HAN)
def test_the_characters_of_a_national_set_are_covered(everything: FontSet, script: str) -> None:
    pairs = (bytes((row, cell)) for row in range(0xA1, 0xFF) for cell in range(0x40, 0xFF))
    written = "".join(pair.decode(HAN[script], errors="ignore") for pair in pairs if pair[1] != 0x7F)
    letters = "".join(dict.fromkeys(letter for letter in written if category(letter) == "Lo"))
    assert len(letters) > 6000
    # one character of KS X 1001, and two that it has a second time for another sound
    assert set(everything.missing(letters, script)) == ({0x9699, 0xF95F, 0xF9AA} if script == "Kore" else set())


def test_every_script_has_a_sample_and_a_language_or_a_national_set() -> None:
    assert set(SAMPLES) == set(fonts.STACKS)
    assert {script for script, _ in LETTERS.values()} | set(HAN) == set(fonts.STACKS)


def test_missing_characters_are_named_once_and_in_order(everything: FontSet) -> None:
    assert everything.missing("ไ白ไx", "Latn") == [ord("ไ"), ord("白")]
    assert everything.covers("x", "Latn")
    assert not everything.covers("白", "Latn")


def test_what_prints_nothing_is_never_missing(everything: FontSet) -> None:
    silent = "\n\t\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u2066\u2067\u2068\u2069\u2028"
    assert all(everything.missing(silent, script) == [] for script in fonts.STACKS)


def test_an_unknown_script_is_named() -> None:
    with pytest.raises(HandoutError, match="Tfng"):
        stack("Tfng")


def test_stacks_name_the_script_first_and_latin_last() -> None:
    assert css_families("Latn") == '"Handout Latin"'
    assert css_families("Arab") == '"Handout Arabic", "Handout Latin"'
    assert all(families[-1] is fonts.LATIN for families in fonts.STACKS.values())


def test_a_clinics_own_font_stands_before_latin_but_not_beside_cyrillic_and_greek() -> None:
    assert css_families("Latn", own=True) == '"Handout Own", "Handout Latin"'
    assert css_families("Arab", own=True) == '"Handout Arabic", "Handout Own", "Handout Latin"'
    assert css_families("Cyrl", own=True) == css_families("Grek", own=True) == '"Handout Latin"'


def test_script_fonts_leave_latin_letters_and_digits_to_latin(everything: FontSet) -> None:
    beside_latin = {
        families[0].name for families in fonts.STACKS.values() if families[0].repertoire == Repertoire.SCRIPT
    }
    assert len(beside_latin) == 18
    for face in everything.faces:
        if face.family in beside_latin:
            assert not face.characters & set(map(ord, "Az09.,%–“”"))
            assert ord(" ") in face.characters


def test_brackets_in_arabic_are_not_the_latin_ones(everything: FontSet) -> None:
    arabic = next(face for face in everything.faces if face.family == "Handout Arabic")
    assert set(map(ord, "()[]«»؟،")) <= arabic.characters


@pytest.mark.parametrize("script", HAN)
def test_east_asian_fonts_print_their_own_punctuation_and_latin(everything: FontSet, script: str) -> None:
    face = next(face for face in everything.faces if face.family == stack(script)[0].name)
    assert set(map(ord, "“”‘’…—，。、；：？！（）《》AHSCT09≥°")) <= face.characters
    assert ord("☐") not in face.characters


REQUIRED_TABLES = {"cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "GSUB", "GPOS", "OS/2"}


@pytest.mark.parametrize("script", fonts.STACKS)
def test_products_are_plain_static_truetype_free_to_embed(store: Path, script: str) -> None:
    for face in prepare([script], store).faces:
        font = TTFont(face.path)
        assert set(font.keys()) >= REQUIRED_TABLES
        assert {"fvar", "gvar", "CFF ", "CFF2", "fpgm", "prep"} & set(font.keys()) == set()
        assert font["OS/2"].fsType == 0
        names = {record.nameID: str(record) for record in font["name"].names}
        assert set(names) <= {0, 13, 14}  # no name of its own: some are reserved
        assert "SIL Open Font License" in names[13]
        assert face.characters == set(font.getBestCmap())


def test_every_package_brings_the_text_of_its_licence() -> None:
    packages = {source.package for source in sources()}
    assert len(packages) == 4
    for package in packages:
        texts = [file for file in metadata.files(package) or () if re.match(r"(LICENSE|OFL)(\.txt)?$", file.name)]
        assert texts, package
        assert all("SIL OPEN FONT LICENSE Version 1.1" in file.read_text("utf-8") for file in texts), package


def sources() -> list[Packaged]:
    found = {source for families in fonts.STACKS.values() for family in families for source in family.weights.values()}
    return [source for source in found if isinstance(source, Packaged)]


@pytest.mark.parametrize("script", fonts.STACKS)
def test_weights_differ(store: Path, script: str) -> None:
    faces = prepare([script], store).faces
    assert len({face.checksum for face in faces}) == len(faces)
    assert {face.weight for face in faces if face.family == "Handout Latin"} == {400, 600, 700}


def test_a_font_does_not_depend_on_what_else_is_made(everything: FontSet, tmp_path: Path) -> None:
    alone = [(face.family, face.weight, face.checksum) for face in prepare(["Hans"], tmp_path).faces]
    together = [(face.family, face.weight, face.checksum) for face in everything.faces]
    assert set(alone) < set(together)


def test_only_what_is_asked_for_is_made(tmp_path: Path) -> None:
    assert {face.family for face in prepare(["Thai", "Latn"], tmp_path).faces} == {"Handout Thai", "Handout Latin"}
    assert len(list(tmp_path.iterdir())) == 5


def test_products_are_the_same_in_another_folder_and_process(everything: FontSet, tmp_path: Path) -> None:
    code = (
        "import sys, json, pathlib; from handouts import fonts\n"
        "faces = fonts.prepare(fonts.STACKS, pathlib.Path(sys.argv[1])).faces\n"
        "print(json.dumps([face.checksum for face in faces]))"
    )
    assert json.loads(_python(code, tmp_path, PYTHONHASHSEED="7", TZ="Asia/Tokyo")) == [
        face.checksum for face in everything.faces
    ]


def test_the_second_time_reads_the_cache(store: Path, everything: FontSet) -> None:
    before = {path: path.stat().st_mtime_ns for path in store.iterdir()}
    assert prepare(fonts.STACKS, store) == everything
    assert {path: path.stat().st_mtime_ns for path in store.iterdir()} == before


@pytest.mark.parametrize("damage", [b"", b"not a font"])
def test_a_damaged_product_is_made_again(tmp_path: Path, damage: bytes) -> None:
    first = prepare(["Latn"], tmp_path)
    whole = first.faces[0].path.read_bytes()
    first.faces[0].path.write_bytes(damage)
    assert prepare(["Latn"], tmp_path) == first
    assert first.faces[0].path.read_bytes() == whole
    assert all(path.suffix == ".ttf" for path in tmp_path.iterdir())


def test_two_products_that_weasyprint_would_merge_are_refused(everything: FontSet) -> None:
    one, other = everything.faces[:2]
    with pytest.raises(HandoutError, match="HANDOUT latin 400 normal"):
        FontSet((one, replace(other, weight=one.weight, family="HANDOUT latin")))


def test_css_has_one_whole_file_a_rule(everything: FontSet) -> None:
    css = everything.css()
    assert css.count("@font-face") == css.count("src:") == len(everything.faces)
    assert "unicode-range" not in css
    assert all(face.path.as_uri() in css for face in everything.faces)


def test_preparing_is_cheap_and_nearly_free_the_second_time(tmp_path: Path) -> None:
    code = (
        "import sys, time, pathlib, uharfbuzz; from handouts import fonts\n"
        "start = time.process_time()\n"
        "fonts.prepare(['Arab', 'Deva', 'Hans', 'Latn'], pathlib.Path(sys.argv[1]))\n"
        "print(time.process_time() - start)"
    )
    assert float(_python(code, tmp_path)) < 3
    assert min(float(_python(code, tmp_path)) for _ in range(3)) < 0.1


def test_the_second_time_opens_no_source(store: Path, everything: FontSet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Packaged, "read", None)
    assert prepare(fonts.STACKS, store) == everything


def test_a_font_package_that_is_not_installed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ghost = replace(fonts.LATIN, weights={400: Packaged("fontpkg-no-such-font", "x.ttf")})
    monkeypatch.setitem(fonts.STACKS, "Latn", (ghost,))
    with pytest.raises(MachineLacks, match="fontpkg-no-such-font"):
        prepare(["Latn"], tmp_path)


def test_a_font_that_is_not_what_was_installed_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = Packaged("pylopdf-fonts-ar", "NotoNaskhArabic-Variable.ttf")
    changed = tmp_path / "changed.ttf"
    changed.write_bytes(source.read()[:-1])
    digest = source.digest()
    monkeypatch.setattr(fonts, "_recorded", lambda _source: (changed, digest))
    with pytest.raises(MachineLacks, match="is not what was installed") as caught:
        source.read()
    assert str(caught.value.findings[0].where) == "pylopdf-fonts-ar/NotoNaskhArabic-Variable.ttf:1:1"


def test_a_font_that_loses_characters_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_repertoire", lambda _family, _source: frozenset({0xE000}))
    with pytest.raises(MachineLacks, match="loses characters"):
        prepare(["Latn"], tmp_path)


def test_versions_name_every_package() -> None:
    versions = fonts.versions()
    assert {source.package for source in sources()} | {"uharfbuzz"} == set(versions)
    assert all(versions.values())


def test_the_module_does_not_import_weasyprint() -> None:
    code = "import sys, handouts.fonts; print('weasyprint' in sys.modules, 'uharfbuzz' in sys.modules)"
    assert _python(code).split() == ["False", "False"]


def test_the_fonts_of_the_machine_are_closed_off_before_weasyprint_is_imported(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from handouts.fonts import private_fontconfig\n"
        "path = private_fontconfig(pathlib.Path(sys.argv[1]))\n"
        "assert private_fontconfig(pathlib.Path(sys.argv[1])) == path\n"
        "import weasyprint\n"
        "from weasyprint.text.fonts import FontConfiguration, fontconfig\n"
        "config = FontConfiguration()\n"
        "print(fontconfig.FcConfigGetFonts(config._config, fontconfig.FcSetSystem).nfont)"
    )
    folder = tmp_path / "a folder & more"
    assert _python(code, folder, HOME=str(tmp_path / "home")).split() == ["1"]
    assert not (tmp_path / "home").exists()


def test_closing_the_fonts_off_too_late_is_a_bug_of_ours(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; sys.modules['weasyprint'] = sys\n"
        "from handouts.fonts import private_fontconfig\n"
        "try: private_fontconfig(pathlib.Path(sys.argv[1]))\n"
        "except RuntimeError as error: print(error)"
    )
    assert "before weasyprint" in _python(code, tmp_path)


PAGES = """
import json, logging, pathlib, sys
from handouts import fonts

cache, samples = pathlib.Path(sys.argv[1]), json.loads(sys.argv[2])
fonts.private_fontconfig(cache)
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

logged = []
handler = logging.Handler()
handler.emit = lambda record: logged.append(record.getMessage())
logging.getLogger("weasyprint").addHandler(handler)
configuration = FontConfiguration()
CSS(string=fonts.prepare(fonts.STACKS, cache).css(), font_config=configuration)
for script, text in samples.items():
    family = fonts.css_families(script if script in fonts.STACKS else "Latn")
    style = f"@page {{ font-family: {family} }} html {{ font-family: {family} }}"
    page = '<html lang="x"><title>x</title>' + "".join(f'<p style="font-weight: {w}">{text}' for w in (400, 600, 700))
    HTML(string=page).write_pdf(
        cache / f"{script}.pdf", stylesheets=[CSS(string=style)], font_config=configuration,
        pdf_variant="pdf/ua-1", uncompressed_pdf=True,
    )
print(json.dumps(logged))
"""


@pytest.fixture(scope="module")
def pages(store: Path) -> Path:
    assert json.loads(_python(PAGES, store, json.dumps(SAMPLES))) == []
    return store


@pytest.mark.parametrize("script", SAMPLES)
def test_every_font_of_a_page_is_ours_and_embedded(pages: Path, script: str) -> None:
    listing = subprocess.run(["pdffonts", pages / f"{script}.pdf"], capture_output=True, text=True, check=True)
    rows = [line.split() for line in listing.stdout.splitlines()[2:]]
    assert rows
    assert {bool(re.search("Bold", name)) for name, *_ in rows} == {True, False}
    for name, *_, embedded, _subset, unicode, _object, _generation in rows:
        assert name.split("+")[1].startswith("Handout-")
        assert (embedded, unicode) == ("yes", "yes")
    expected = {family.name.replace(" ", "-") for family in stack(script)}
    assert {name.split("+")[1].split("-Bold")[0].split("-Semi")[0] for name, *_ in rows} == expected


@pytest.mark.parametrize("script", ["Latn", "Cyrl", "Grek", *HAN])  # elsewhere a letter has many shapes
def test_the_embedded_outlines_are_those_of_the_text(pages: Path, everything: FontSet, script: str) -> None:
    """Fonts that WeasyPrint has merged keep the right text layer over wrong letters: look at the ink."""
    families = {f"{face.family} {face.weight}".replace(" ", "-"): TTFont(face.path) for face in everything.faces}
    seen = ""
    for name, text_of, embedded in _embedded_fonts((pages / f"{script}.pdf").read_bytes()):
        ours = families[name]
        for glyph, text in text_of.items():
            if len(text) == 1:
                assert _outline(embedded, embedded.getGlyphName(glyph)) == _outline(ours, ours.getBestCmap()[ord(text)])
            seen += text
    assert set(SAMPLES[script]) - set(seen) <= {" "}


def _embedded_fonts(pdf: bytes) -> Iterator[tuple[str, dict[int, str], TTFont]]:
    """The fonts of an uncompressed file: family and weight, the text of each glyph, the font itself."""
    weights = {"": "400", "-Semi-Bold": "600", "-Bold": "700"}
    for font in re.findall(rb"<<[^>]*/Subtype /Type0.*?endobj", pdf, re.DOTALL):
        name = re.search(rb"\+(Handout[A-Za-z-]*?)(-Semi-Bold|-Bold|)/", font)
        assert name
        character_map = _linked(pdf, font, b"ToUnicode").split(b"endcodespacerange")[1]
        mapping = re.findall(rb"^<(\w+)> <(\w+)>", character_map, re.MULTILINE)
        descriptor = _linked(pdf, _linked(pdf, font, b"DescendantFonts"), b"FontDescriptor")
        file = _linked(pdf, descriptor, b"FontFile2").split(b"stream\n", 1)[1].rsplit(b"\nendstream", 1)[0]
        texts = {int(glyph, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for glyph, text in mapping}
        yield f"{name[1].decode()}-{weights[name[2].decode()]}", texts, TTFont(BytesIO(file))


def _linked(pdf: bytes, source: bytes, key: bytes) -> bytes:
    number = re.search(rb"/" + key + rb" \[?(\d+) 0 R", source)
    assert number
    start = pdf.index(b"\n" + number[1] + b" 0 obj")
    return pdf[start : pdf.index(b"\nendobj", start)]


def _outline(font: TTFont, glyph: str) -> list[object]:
    pen = DecomposingRecordingPen(font.getGlyphSet())
    font.getGlyphSet()[glyph].draw(pen)
    return list(pen.value)


def test_a_missing_glyph_is_logged_with_its_code_point(store: Path) -> None:
    logged = json.loads(_python(PAGES, store, json.dumps({"Tfng": "ⵣ"})))
    assert len(logged) == 3  # one a weight
    assert all(".notdef" in message and "U+2D63" in message for message in logged)


def _python(code: str, *arguments: str | Path, **environment: str) -> str:
    """Run code in a new interpreter, warnings as errors, and return what it prints."""
    paths = os.pathsep.join(path for path in sys.path if path)
    ours_left_out = {name: value for name, value in os.environ.items() if name != "FONTCONFIG_FILE"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *arguments],
        env={**ours_left_out, "PYTHONPATH": paths, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
