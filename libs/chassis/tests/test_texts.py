"""Texts: what differs looks different, nothing hides, and what people write is taken as they write it."""

import unicodedata

import pytest
from chassis import texts
from chassis.refusals import Invalid
from hypothesis import given
from hypothesis import strategies as st

KINDS = (texts.name, texts.line, texts.prose)
HOSTILE = [chr(code) for code in (0, 7, 0x7F, 0x85, 0xAD, 0x34F, 0x61C, 0x3164, 0x200B, 0x200E, 0x202E, 0x2066, 0xFEFF)]
HOSTILE += ["\u2028", "\ue000", "\ufff9", "\U000e0041", "\U0010fffe", "\ud800", "\ufe0f", "\u200d"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("character", HOSTILE, ids=lambda character: f"U+{ord(character):04X}")
def test_what_nobody_sees_is_refused_naming_the_field_and_the_code_point(kind: object, character: str) -> None:
    with pytest.raises(Invalid) as refused:
        kind(f"a{character}b", "contact.name")  # type: ignore[operator]
    assert refused.value.field == "contact.name"
    assert f"U+{ord(character):04X}" in refused.value.detail


@given(st.text(max_size=60))
def test_a_text_that_is_taken_is_stored_as_it_is_sent_again(text: str) -> None:
    """The stored form is a fixed point: what was read back can be sent, and is the same."""
    for kind in KINDS:
        try:
            stored = kind(text, "text")
        except Invalid:
            continue
        assert kind(stored, "text") == stored == unicodedata.normalize("NFC", stored)
        assert "\0" not in stored
        stored.encode()


@given(st.text(alphabet=st.characters(categories=("Cc", "Cf", "Cs", "Co", "Cn")), min_size=1, max_size=4))
def test_no_control_format_surrogate_private_or_unassigned_character_is_in_a_name(hidden: str) -> None:
    try:
        stored = texts.name(f"a{hidden}b")
    except Invalid:
        return
    assert not [character for character in stored if unicodedata.category(character)[0] == "C"]


@pytest.mark.parametrize(
    "name",
    [
        "王小明", "أحمد بن علي", "Ngũgĩ wa Thiong'o", "José María O'Higgins-Smith", "ශ්‍රී ලංකා", "می‌خواهم",
        "葛\U000e0100城", "Nguyễn Thị Minh Khai", "3M Health",
        "济南市第一医院（东院）", "D'Souza & Sons, Ltd.", "नेत्र", "สมชาย",
    ],
)  # fmt: skip
def test_names_people_have_are_taken(name: str) -> None:
    assert texts.name(name) == unicodedata.normalize("NFC", name)


# Syllables and letters of living languages, as their names are written.
SYLLABLES = {
    "Latin": ["an", "Éva", "ngũ", "ọ̀", "ß", "ø", "ễ", "ł", "'", "-", "Ǹ"],
    "Cyrillic": ["ма", "йо", "ё", "щ", "їв", "-", "ў"],
    "Greek": ["μα", "ΐ", "ός", "ή"],
    "Han": ["王", "小", "明", "·", "𠮷", "々"],
    "Japanese": ["山", "さ", "くら", "ヶ", "ー", "が", "・"],
    "Korean": ["김", "민", "金", "서"],
    "Arabic": ["بن", "مُ", "حَمَّد", "لا", "ؤ", "-"],
    "Hebrew": ["מֹ", "שֶׁ", "ה", "׳"],
    "Devanagari": ["क़ुं", "श्री", "नि", "ता"],
    "Thai": ["คำ", "ที่", "ปุ้", "ณ์"],
    "Lao": ["ຄຳ", "ໝ", "ປີ້"],
    "Tamil": ["தி", "ழ்", "ஸ்ரீ"],
    "Myanmar": ["ကျွ", "နုံ့", "အောင်"],
    "Khmer": ["ស្រី", "ញុំ", "ភ្ន"],
    "Tibetan": ["བཀྲ", "ཤིས", "སྒྲོལ", "་"],
    "Georgian": ["გი", "ორ"],
    "Armenian": ["Ար", "մեն"],
    "Ethiopic": ["አበ", "በ"],
    "Sinhala": ["ශ්‍රී", "ලං"],
}


@st.composite
def words(draw: st.DrawFn) -> str:
    """A word of one language's syllables."""
    letters = SYLLABLES[draw(st.sampled_from(sorted(SYLLABLES)))]
    return "".join(draw(st.lists(st.sampled_from(letters), min_size=1, max_size=5)))


@given(st.lists(words(), min_size=1, max_size=4).map(" ".join))
def test_every_words_own_script_is_taken_in_a_name(name: str) -> None:
    if not name[0].isalnum() or len(name) > texts.NAME_LENGTH_MAX or any("''" in word for word in name.split()):
        return
    assert texts.name(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    "name",
    [
        "阿不都热合曼·买买提", "北京ABC医院", "IBM 中国", "O’Brien", "Жан-Поль", "ООО Клиника Siemens", "Mª José",
        "สำนัก", "김金", "第一码头诊所", "Yimamu Yusuf", "Dr. Li (Mary)", "3M 健康", "ǃXóõ", "Kaʻahumanu",
        "D’Angelo & Söhne",
    ],
)  # fmt: skip
def test_more_names_people_have_are_taken(name: str) -> None:
    assert texts.name(name) == unicodedata.normalize("NFC", name)


LOOKALIKES = {"a": "а", "c": "с", "e": "е", "i": "і", "o": "ο", "p": "р", "x": "х", "y": "у", "O": "О", "M": "М"}


@given(
    st.sampled_from(["Clinic", "Peace Hospital", "Maria Lopez", "Jinan Optics", "Oxford-Imaging"]),
    st.data(),
)
def test_a_word_with_a_letter_of_another_script_is_refused_with_the_remedy(name: str, data: st.DataObject) -> None:
    position = data.draw(st.sampled_from([at for at, letter in enumerate(name) if letter in LOOKALIKES]))
    spoofed = name[:position] + LOOKALIKES[name[position]] + name[position + 1 :]
    for kind in (texts.name, texts.label):
        with pytest.raises(Invalid, match="write each word in one") as refused:
            kind(spoofed, "contact.name")
        assert refused.value.field == "contact.name"


@given(st.sampled_from("𝐂𝒞ℭ𝙲Ｃⓒ𝟏①ﬁⅣᵃ"), st.sampled_from(["Clinic", "医院", "Клиника"]))
def test_a_letter_in_disguise_is_refused_and_the_plain_one_is_named(letter: str, name: str) -> None:
    plain = unicodedata.normalize("NFKC", letter)
    for spoofed in (letter + name, f"{name} {letter}", name + letter):
        with pytest.raises(Invalid, match=f"write {plain} instead"):
            texts.name(spoofed)


@given(st.characters(codec="utf-8", categories=["L", "N", "S"]))
def test_a_name_stays_the_name_when_it_is_made_plain(character: str) -> None:
    """Nothing taken changes under NFKC, but for the letters that living languages have there."""
    try:
        stored = texts.name(f"a {character} b")
    except Invalid:
        return
    of_full_width = "\uff01" <= character <= "\uffe6" and unicodedata.category(character)[0] == "S"
    if character not in texts.LETTERS_OF_THEIR_OWN and not of_full_width:
        assert unicodedata.normalize("NFKC", stored) == stored


@pytest.mark.parametrize("mark", ["\u0336", "\u0338", "\u0335", "\u20e5", "\u20dd", "\u0489"])
@pytest.mark.parametrize("letter", ["C", "医", "К"])
def test_a_letter_struck_through_or_circled_is_refused(letter: str, mark: str) -> None:
    with pytest.raises(Invalid, match=rf"U\+{ord(mark):04X}"):
        texts.name(f"A {letter}{mark}linic")


@given(st.sampled_from("aкм医"), st.sampled_from("\u0301\u0323\u0308"), st.integers(2, 4))
def test_a_mark_is_on_a_letter_once(letter: str, mark: str, times: int) -> None:
    decomposed = f"x {letter}{mark * times}"
    if unicodedata.normalize("NFC", decomposed).count(mark) < 2:
        return  # the first became a part of the letter
    with pytest.raises(Invalid, match="twice on one letter"):
        texts.name(decomposed)


def test_marks_are_few_where_letters_have_their_own() -> None:
    with pytest.raises(Invalid, match="more than 2 marks"):
        texts.name("Zq\u0323\u0301\u0308")


@pytest.mark.parametrize(
    "name",
    [
        "Yima", "yima", "YIMA Support", "Y1ma", "Yirna Yima", "Yima Operator", "Operator", "0perator", "OPERAT0R",
        "Regulator", "Y-i-m-a", "(Yima)", "Official/Yima", "一码", "一码客服", "济南一码", "ー码", "一碼",
        "Үima", "Yіma", "Operatör",
        "Y\u0301ima",
    ],
)  # fmt: skip
def test_nobody_has_the_platforms_name(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        texts.name(name, "holder")
    assert refused.value.field == "holder"


ASCII_NUMBERS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=3, max_size=20)


@given(ASCII_NUMBERS, st.data())
def test_a_number_looks_the_same_however_it_is_written(number: str, data: st.DataObject) -> None:
    twins = {"0": "0OoО０٠", "O": "0Oo", "1": "1IlL１١", "I": "1Il", "L": "1lL", "A": "AaАＡ", "8": "8８۸"}
    separators = st.sampled_from(["", "-", " ", "/", ".", "\u2010", "\u2013", "\u00a0", "·", "_"])
    written = "".join(
        data.draw(st.sampled_from(twins.get(letter, letter + letter.lower()))) + data.draw(separators)
        for letter in number
    )
    assert texts.look(written) == texts.look(number)
    assert texts.look(texts.look(number)) == texts.look(number)


@given(ASCII_NUMBERS, ASCII_NUMBERS)
def test_numbers_that_differ_otherwise_are_two(first: str, second: str) -> None:
    plain = str.maketrans("OIL", "011")
    assert (texts.look(first) == texts.look(second)) is (first.translate(plain) == second.translate(plain))


@pytest.mark.parametrize(
    "name", ["=1+1", "+49", "-x", "@SUM(A1)", "\t=1", "＝1", " =1", "<b>x</b>", "a>b", "…", "", "  "]
)
def test_a_name_is_no_formula_no_markup_and_not_nothing(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        texts.name(name, "holder")
    assert refused.value.field == "holder"


def test_blanks_of_all_widths_become_plain_ones() -> None:
    assert texts.name("\u3000李\u3000\u00a0雷 ") == "李 雷"
    assert texts.prose("a\u00a0b\r\n\tc\n", "text") == "a b\n\tc"


def test_a_line_is_one_line_and_prose_is_several() -> None:
    with pytest.raises(Invalid, match=r"U\+000A"):
        texts.line("a\nb", "title")
    assert texts.prose("a\nb", "text") == "a\nb"


def test_emoji_keep_what_joins_them_in_lines_and_prose_and_are_no_names() -> None:
    family = "👨‍👩‍👧 ❤️ 1️⃣ 🏳️‍🌈"
    assert texts.line(family, "title") == family
    assert texts.prose(family, "text") == family
    with pytest.raises(Invalid, match=r"U\+200D"):
        texts.name("👨‍👩‍👧 x")


def test_marks_do_not_pile_up_on_a_letter_or_stand_alone() -> None:
    with pytest.raises(Invalid, match="marks"):
        texts.line("q" + "\u0323" * 5, "title")
    with pytest.raises(Invalid, match="begin with"):
        texts.line("\u0489x", "title")


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        (" Li.Na@Example.ORG ", "li.na@example.org"),
        ("+8653155500100", "+8653155500100"),
        ("＋８６５３１５５５００１００", "+8653155500100"),
        ("张三@例子.cn", "张三@xn--fsqu00a.cn"),
        ("почта@example.org", "почта@example.org"),
        ("marie.dupré@example.org", "marie.dupré@example.org"),
        ("a@exаmple.org", "a@xn--exmple-4nf.org"),
    ],
)
def test_a_login_has_one_form(written: str, stored: str) -> None:
    assert texts.login(written) == stored


@pytest.mark.parametrize(
    "login",
    [
        "оperator@yima.example.org", "a\u200bb@x.org", "a\u00adb@x.org", "a\u202eb@x.org", "a\x07b@x.org",
        "<script>@x.org",
        "a b@x.org", "a@b@x.org", "@x.org", "a@", "a@x", "a@-x.org", "a@x..org",
        "+0123456", "+１", "пaпa@x.org", "αа@x.org",
        "a" * 300 + "@x.org", "éа@x.org", "<é>@x.org", "é†@x.org", "",
    ],
)  # fmt: skip
def test_a_login_that_hides_or_mixes_is_refused(login: str) -> None:
    with pytest.raises(Invalid) as refused:
        texts.login(login)
    assert refused.value.field == "login"


@pytest.mark.parametrize("other", ["оре@x.org", "ορе@x.org"])
def test_a_login_of_look_alikes_looks_like_the_one_it_imitates(other: str) -> None:
    assert texts.look_alike(other) == "ope@x.org" == texts.look_alike("ope@x.org")


def test_two_peoples_ascii_addresses_stay_two() -> None:
    assert texts.look_alike("anna1@x.org") != texts.look_alike("annal@x.org")


@given(st.emails() | st.text(max_size=30))
def test_a_stored_login_is_a_fixed_point(text: str) -> None:
    try:
        stored = texts.login(text)
    except Invalid:
        return
    assert texts.login(stored) == stored
    assert texts.look_alike(stored) == texts.look_alike(texts.look_alike(stored))


def test_a_localised_text_is_in_the_citys_languages_and_each_is_checked() -> None:
    assert texts.localized({"en": " Clinic ", "zh": "诊所"}, ["zh", "en"], "name") == {"zh": "诊所", "en": "Clinic"}
    with pytest.raises(Invalid, match="zh, en"):
        texts.localized({"en": "Clinic"}, ["zh", "en"], "name")
    with pytest.raises(Invalid) as refused:
        texts.localized({"en": "<b>", "zh": "诊所"}, ["zh", "en"], "name", texts.name)
    assert refused.value.field == "name.en"
