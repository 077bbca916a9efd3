"""The sample texts hold what the tests of typesetting rely on: every hard case of every script, and nothing stray."""

# ruff: noqa: RUF001 - characters that look like Latin ones are what this is about

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
import samples
from fontTools import unicodedata as scripts  # type: ignore[import-untyped]  # fontTools publishes no types
from samples import LONG, MARK, SAMPLES, Sample

ISSUE = {"en", "th", "ta", "he", "fa", "bn", "km", "ur", "vi"}
RESERVE = set(
    "ar hi es zh-Hans zh-Hant ja ko ru el fr ht so ps ckb pa gu te kn ml si lo my am ka hy".split()  # noqa: SIM905
)
SCRIPTS = {"Hans": {"Hani"}, "Hant": {"Hani"}, "Jpan": {"Hani", "Hira", "Kana"}, "Kore": {"Hang"}}
COMMON = {"Zyyy", "Zinh"}
QUOTES = {
    "en": "“”", "th": "“”", "ta": "“”", "he": "””", "fa": "«»", "bn": "“”", "km": "“”", "ur": "”“", "vi": "“”",
    "ar": "«»", "hi": "“”", "es": "«»", "zh-Hans": "“”", "zh-Hant": "「」", "ja": "「」", "ko": "“”", "ru": "«»",
    "el": "«»", "fr": "«»", "ht": "“”", "so": "“”", "ps": "«»", "ckb": "«»", "pa": "“”", "gu": "“”", "te": "“”",
    "kn": "“”", "ml": "“”", "si": "“”", "lo": "“”", "my": "“”", "am": "«»", "ka": "„“", "hy": "«»",
}  # fmt: skip
BRACKETS = {"(": ")", "[": "]", "（": "）"}
LATIN_LETTERS = {
    "en": "",
    "es": "áéíñóúü",
    "fr": "àâæçéèêëîïôœùûüÿ",
    "ht": "àèéòó",
    "so": "",
    "vi": "ăâđêôơư",  # and tone marks, which are taken off first
}
TONES = "\u0300\u0301\u0303\u0309\u0323"
OTHER_LETTERS = {"ar": "کیہھ", "fa": "كيىةہےٹ", "ur": "كيىهة", "ps": "كىةہے", "ckb": "كيةہے"}
"""Letters that look like those of the language and belong to its neighbors."""
ENCODINGS = {"zh-Hans": "gb2312", "zh-Hant": "big5", "ja": "shift_jis", "ko": "euc_kr"}
"""Character sets that hold the one way of writing and not the other."""
EVERYWHERE = ("1-800-555-0199", "5-10 mg", "37.5 °C", "38.0 °C", "Staphylococcus aureus", "nurse@example.org",
              "www.example.org/fever")  # fmt: skip
LAM_ALEF = "ل[اأإآ]"
ARABIC_DIGITS, PERSIAN_DIGITS = "[\u0660-\u0669]", "[\u06f0-\u06f9]"
HARD = {
    "en": ["ffi", "fl", "–"],
    "es": ["ñ", "¿", "¡", "[áéíóú]"],
    "fr": ["œ", "ç", "\u00a0:", "\u202f[?!;]", "’", "[àèêé]"],
    "ht": ["è", "ò"],
    "so": ["’"],
    "vi": ["[ấầẩẫậ]", "[ếềểễệ]", "[ốồổỗộ]", "[ớờởỡợ]", "[ứừửữự]", "[ắằẳẵặ]", "đ", "ỉ", "ỹ"],
    "ru": ["ё", "й", "—"],
    "el": ["ς", "[άέήίόύώ]", "[ϊΐ]", "·"],
    "he": ["[\u05b0-\u05bb]", "[\u05c1\u05c2]", "״", "־", "[םןץףך]"],
    "ar": [LAM_ALEF, "\u064b", "\u0651", "[\u064c-\u0650]", ARABIC_DIGITS, "ة", "ئ|ؤ|ء", "،", "؛"],
    "fa": [LAM_ALEF, "\u064b", "\u0651", "\u200c", PERSIAN_DIGITS, "[پچژگ]", "ۀ", "،", "؛"],
    "ur": [LAM_ALEF, "\u064b", "\u0651", "\u064f", PERSIAN_DIGITS, "ٹ", "ڈ", "ڑ", "ے", "ں", "ھ", "ۂ", "۔"],
    "ps": ["لا", "\u064b", PERSIAN_DIGITS, "ټ", "ډ", "ړ", "ږ", "ښ", "ځ", "څ", "ڼ", "ې", "ۍ", "ئ"],
    "ckb": ["ڕ", "ڵ", "ێ", "ۆ", "ە", "ئ", ARABIC_DIGITS],
    "hi": ["र्[क-ह]", "[क-ह]ि", "[कखगजफ]\u093c", "[डढ]\u093c", "क्[क-ह]", "[क-ह]्र", "ँ", "ं", "[०-९]"],
    "bn": ["র্[ক-হ]", "[ক-হ]ি", "ো", "[ডঢয]\u09bc", "ক্ষ", "ঙ্গ", "[ক-হ]্র", "[ক-হ]্য", "ৎ", "ঁ", "[০-৯]"],
    "pa": ["[ਸਖਗਜਫਲ]\u0a3c", "ੱ", "ੰ", "੍ਰ", "੍ਹ", "[ਕ-ਹ]ਿ", "[੦-੯]"],
    "gu": ["ર્[ક-હ]", "[ક-હ]િ", "[ક-હ]્ર", "ક્ષ", "શ્વ", "[૦-૯]"],
    "ta": ["ொ", "ோ", "ௌ", "[க-ஹ]ெ", "[க-ஹ]ை", "[க-ஹ]\u0bcd", "று", "ளு"],
    "te": ["ర్[క-హ]", "[క-హ]్[క-హ]", "క్ష|ష్ణ", "ై", "\u200c", "[౦-౯]"],
    "kn": ["[ಕ-ಹ]್[ಕ-ಹ]", "ೆ", "ೋ", "ಷ್ಣ", "[೦-೯]"],
    "ml": ["[ൺ-ൿ]", "[ക-ഹ]്[ക-ഹ]", "ക്ഷ", "ൊ", "ോ", "െ", "്യ", "്ര"],
    "si": ["\u0dca\u200dර", "\u0dca\u200dය", "ේ", "ො", "ෝ|ෞ|ෛ", "ැ", "[ක-ෆ]\u0dd2"],
    "th": ["\u0e33", "[\u0e48-\u0e4b]\u0e33", "[\u0e31\u0e34-\u0e37][\u0e48-\u0e4b]", "[เแโใไ]", "์", "ๆ", "[๐-๙]"],
    "lo": ["\u0eb3", "[\u0ec8-\u0ecb]\u0eb3", "[\u0eb1\u0eb4-\u0eb7\u0ebb][\u0ec8-\u0ecb]", "\u0ebc", "ໜ|ໝ", "[໐-໙]"],
    "km": ["\u17d2", "\u17d2.\u17d2", "\u17d2\u179a", "[ើឿៀោៅ]", "[\u17c9\u17ca]", "\u17cc", "\u17cd", "ៗ", "[០-៩]"],
    "my": ["\u103b", "\u103c", "\u103d", "\u103e", "\u103a", "\u1039", "\u1031", "[၀-၉]", "၊", "။"],
    "am": ["።", "፣", "፤", "፦", "[ሏሟሷቋቷኋኗጓ]"],
    "ka": ["ჰ", "ღ", "ჭ"],
    "hy": ["՞", "՝", "։", "՛", "և"],
    "zh-Hans": ["，", "。", "：", "、", "（", "[发烧体温药]"],
    "zh-Hant": ["，", "。", "：", "、", "（", "[發燒體溫藥]"],
    "ja": ["[ぁ-ゖ]", "[ァ-ヺ]", "[っゃゅょ]", "ー", "[がざだばぱ]", "[一-龥]", "、", "。"],
    "ko": ["[닭않읽없]", "[가-힣]", "괜|뻣"],
}
"""What each sample promises: a pattern a hard case."""
LIMITS = {True: (1500, 3200), False: (550, 1600)}
"""Letters, marks and digits of a long sample and of a short one: Chinese needs the fewest, Tamil the most."""


@pytest.fixture(params=SAMPLES)
def sample(request: pytest.FixtureRequest) -> Sample:
    return samples.load(request.param)


def native(sample: Sample) -> str:
    """The words of the language itself: what no mark sets apart."""
    return "\n".join(MARK.sub("\ufffc", each) for each in samples.marked(sample))


def of_category(text: str, kinds: str) -> list[str]:
    return [character for character in text if unicodedata.category(character)[0] in kinds]


def test_every_language_asked_for_has_a_sample() -> None:
    assert set(LONG) == ISSUE
    assert set(SAMPLES) == ISSUE | RESERVE
    assert len(SAMPLES) == len(set(SAMPLES))


def test_every_part_is_there_and_says_something(sample: Sample) -> None:
    long = sample.tag in LONG
    assert "draft" in sample.note
    assert len(sample.paragraphs) == 2
    assert len(sample.list.items) == (6 if long else 5)
    assert len(sample.steps.items) == (5 if long else 3)
    assert len(sample.table.rows) == 4
    assert len(sample.warning.items) == (5 if long else 2)
    assert len(sample.terms.pairs) == (5 if long else 2)
    assert len(sample.contact.lines) == (4 if long else 3)
    assert all(each and each == each.strip() for each in samples.marked(sample))


def test_the_head_of_each_file_says_that_it_is_a_draft(sample: Sample) -> None:
    head = (samples.FOLDER / f"{sample.tag}.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert head.startswith("# ")
    assert "draft" in head
    assert "no patient" in head


def test_the_files_are_as_long_as_they_should_be(sample: Sample) -> None:
    shortest, longest = LIMITS[sample.tag in LONG]
    assert shortest <= len(of_category("".join(samples.text(sample)), "LMN")) <= longest


def test_english_has_as_many_words_as_the_measurement_wants() -> None:
    words = " ".join(samples.text(samples.load("en"))).split()
    assert 350 <= len(words) <= 500


def test_texts_are_normalized(sample: Sample) -> None:
    for each in samples.marked(sample):
        assert unicodedata.is_normalized("NFC", each), each


def test_marks_are_whole(sample: Sample) -> None:
    for each in samples.text(sample):
        assert not set(each) & set("{}\ufffc"), each
    for mark in MARK.finditer("\n".join(samples.marked(sample))):
        assert re.fullmatch(r"[-–A-Za-z0-9 .,@/°]+", mark[2]), mark[0]


def test_every_character_is_of_the_script(sample: Sample) -> None:
    allowed = SCRIPTS.get(sample.script, {sample.script}) | COMMON
    strange = {each for each in native(sample) if scripts.script(each) not in allowed}
    assert not strange, sorted(strange)


def test_latin_letters_are_those_of_the_language(sample: Sample) -> None:
    if sample.script != "Latn":
        assert not re.search("[A-Za-z]", native(sample))
        return
    text = native(sample)
    if sample.tag == "vi":
        bare = (each for each in unicodedata.normalize("NFD", text) if each not in TONES)
        text = unicodedata.normalize("NFC", "".join(bare))
    strange = set(of_category(text.lower(), "LM")) - set("abcdefghijklmnopqrstuvwxyz" + LATIN_LETTERS[sample.tag])
    assert not strange, sorted(strange)


@pytest.mark.parametrize("tag", sorted(OTHER_LETTERS))
def test_no_letter_of_a_neighboring_language(tag: str) -> None:
    assert not set(native(samples.load(tag))) & set(OTHER_LETTERS[tag])


@pytest.mark.parametrize("tag", sorted(ENCODINGS))
def test_han_and_hangul_keep_to_one_way_of_writing(tag: str) -> None:
    letters = "".join(of_category(native(samples.load(tag)), "L"))
    assert letters.encode(ENCODINGS[tag]).decode(ENCODINGS[tag]) == letters


def test_brackets_open_and_close(sample: Sample) -> None:
    for each in samples.text(sample):
        opened: list[str] = []
        for character in each:
            if character in BRACKETS:
                opened.append(BRACKETS[character])
            elif character in BRACKETS.values():
                assert opened, each
                assert opened.pop() == character, each
        assert not opened, each


def test_quotation_marks_are_the_language_s_own(sample: Sample) -> None:
    found = re.findall('[“”„«»「」"‹›]', "".join(samples.text(sample)))
    assert len(found) >= 2
    assert found == list(QUOTES[sample.tag]) * (len(found) // 2)


@pytest.mark.parametrize("value", EVERYWHERE)
def test_what_must_keep_its_order_is_in_every_sample(sample: Sample, value: str) -> None:
    assert any(value in each for each in samples.text(sample))
    if sample.direction == "rtl":
        assert re.search(rf"\{{(ltr|en|la):[^{{}}]*{re.escape(value)}", "".join(samples.marked(sample)))


def test_brackets_hold_numbers_and_latin_digits_stand_among_the_words(sample: Sample) -> None:
    assert re.search(r"[(（][^)）]*\d[^)）]*[)）]", native(sample))
    assert re.search("[0-9]", native(sample))


def test_the_hard_cases_of_the_script_are_there(sample: Sample) -> None:
    text = native(sample)
    absent = [ascii(case) for case in HARD[sample.tag] if not re.search(case, text)]
    assert not absent


def test_no_sample_is_without_hard_cases_and_quotation_marks() -> None:
    assert set(HARD) == set(QUOTES) == set(SAMPLES)


class Blocks(HTMLParser):
    """The words of a page's body, block by block."""

    INLINE = {"span"}  # noqa: RUF012 - a constant of a test

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.path: list[str] = []
        self.attributes: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes.append((tag, dict(attrs)))
        if tag == "meta":
            return
        self.path.append(tag)
        if tag not in self.INLINE:
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.path.pop() == tag

    def handle_data(self, data: str) -> None:
        if "body" in self.path:
            self.found[-1] += data

    def texts(self) -> Iterator[str]:
        return filter(None, (each.strip() for each in self.found))


def test_the_page_holds_the_words_and_nothing_else(sample: Sample) -> None:
    page = Blocks()
    page.feed(samples.html(sample))
    assert page.path == []
    assert list(page.texts()) == samples.text(sample)


def test_the_page_says_language_direction_script_and_title(sample: Sample) -> None:
    page = samples.html(sample)
    assert f'<html lang="{sample.tag}" dir="{sample.direction}">' in page
    assert f'<body class="script-{sample.script}">' in page
    assert f"<title>{samples.text(sample)[0]}</title>" in page
    assert re.search(rf"\.script-{sample.script}\b[^{{]*{{ line-height", samples.STYLE)


def test_marks_become_runs_with_their_direction_and_language(sample: Sample) -> None:
    page = Blocks()
    page.feed(samples.html(sample))
    spans = [attributes for tag, attributes in page.attributes if tag == "span"]
    kinds = [each[1] for each in MARK.finditer("".join(samples.marked(sample)))]
    assert [each["dir"] for each in spans] == ["ltr"] * len(kinds)
    assert [each.get("lang", "ltr") for each in spans] == kinds


def test_the_table_has_heads_of_columns_and_rows(sample: Sample) -> None:
    page = Blocks()
    page.feed(samples.html(sample))
    scopes = [attributes["scope"] for tag, attributes in page.attributes if tag == "th"]
    assert scopes == ["col"] * 3 + ["row"] * 4
