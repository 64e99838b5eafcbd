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
