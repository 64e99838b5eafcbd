"""HL7 v2 messages are taken apart as they come: escapes, character sets, separators of their own; hostile bytes."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yima_connector.errors import NotMapped
from yima_connector.hl7v2.mapped import mapped
from yima_connector.hl7v2.messages import Delimiters, Message, Unreadable, read, unescaped
from yima_connector.places import Path

from .samples import admission, header, mapping, message, pid, result

STANDARD = Delimiters("^", "~", "\\", "&", "|")


def test_a_message_is_read_by_segment_field_repetition_component_and_subcomponent() -> None:
    read_in = read(message(header("ADT^A01"), "PID|1||1^^^H&1.2.3&ISO^MR~2^^^N^NI||李^四^^^^&x", "PV1|1|I"), "utf-8")
    assert (read_in.kind, read_in.control_id) == ("ADT^A01", "MSG-1")
    pid_segment = read_in.first("PID")
    assert pid_segment is not None
    assert [pid_segment.text(3, 4, 2), pid_segment.text(3, 5, repetition=2)] == ["1.2.3", "NI"]
    assert (pid_segment.repetitions(3), pid_segment.texts(3)) == (2, ["1", "2"])
    assert (read_in.text(Path("PID", 5, 2)), read_in.text(Path("PID", 99)), read_in.text(Path("ZZZ", 1))) == (
        "四",
        "",
        "",
    )


def test_what_separates_parts_is_what_the_message_says() -> None:
    read_in = read(b"MSH$*@!%$HIS$$$$20261128$$ADT*A08$1$P$2.5\rPID$1$$7*a%b@8$$x!S!y", "utf-8")
    assert read_in.kind == "ADT^A08"
    assert [read_in.text(Path("PID", 3, 2, 2)), read_in.text(Path("PID", 5))] == ["b", "x*y"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"A\T\B \F\ \S\ \R\ \E\ end", "A&B | ^ ~ \\ end"),
        (r"one\.br\two\.sp2\three", "one\ntwo\n\nthree"),
        (r"\H\bold\N\ text", "bold text"),
        (r"\XE5BCA0\ and \XC3A9\ ", "张 and é "),
        (r"not \Q\ known, \XZZ\ neither", r"not \Q\ known, \XZZ\ neither"),
        ("a \\ alone, and at the end \\", "a \\ alone, and at the end \\"),
    ],
)
def test_escapes_are_what_they_stand_for_and_unknown_ones_stay(written: str, meant: str) -> None:
    assert unescaped(written, STANDARD, "utf-8") == meant


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=80))
def test_whatever_is_escaped_comes_back(text: str) -> None:
    escaped = text.replace("\\", r"\E\\"[:-1])
    for mark, name in (("|", "F"), ("^", "S"), ("&", "T"), ("~", "R")):
        escaped = escaped.replace(mark, f"\\{name}\\")
    assert unescaped(escaped, STANDARD, "utf-8") == text


@pytest.mark.parametrize(
    ("charset", "encoding", "default"),
    [
        ("GB 18030-2000", "gb18030", "utf-8"),
        ("", "gb18030", "gb18030"),
        ("UNICODE UTF-8", "utf-8", "gb18030"),
        ("", "utf-8", "utf-8"),
    ],
)
def test_a_message_is_read_in_the_character_set_that_it_says_or_its_system_writes(
    charset: str, encoding: str, default: str
) -> None:
    name = "欧阳^乾隆"  # bytes of it are separators in GB 18030
    sent = message(header("ADT^A01", charset=charset).replace("|MAIN|", "|医院瘄|"), pid(name=name)).decode()
    read_in = read(sent.encode(encoding), default)
    assert [read_in.text(Path("PID", 5)), read_in.text(Path("PID", 5, 2))] == ["欧阳", "乾隆"]
    assert read_in.text(Path("MSH", 4)) == "医院瘄"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "does not begin with MSH"),
        (b"PID|1\r", "does not begin with MSH"),
        (b"MSHX^~", "does not begin with MSH"),
        (b"MSH", "does not begin with MSH"),
        (b"MSH|", "what separates"),
        (b"MSH||||||", "what separates"),
        (b"MSH|^^^^|a", "what separates"),
        (header("ADT^A01", charset="KLINGON").encode(), "character set"),
        (message(header("ADT^A01")) + b"\xff\xfe", "not written in"),
        (message(header("ADT^A01"), "no segment"), "does not begin with its name"),
        (message(header("ADT^A01"), *["NTE|1"] * 10_000), "segments"),
    ],
)
def test_what_is_no_message_is_refused_with_why_and_nothing_of_it(content: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        read(content, "utf-8")


FRAGMENTS: Sequence[bytes] = [
    b"MSH|^~\\&|", b"MSH", b"PID|1||", b"\rOBX|1|NM|", b"\rOBR|", b"^", b"~", b"\\", b"&", b"|", b"\r", b"\n", b"\x0b",
    b"ORU^R01|1|P|2.5", b"ADT^A01", b"\xe5", b"\xff", b"20261128", b"\"\"", b"\x00", b"\\X", b"\\.br\\",
]  # fmt: skip


@given(st.lists(st.sampled_from(FRAGMENTS) | st.binary(max_size=6), max_size=25).map(b"".join))
def test_whatever_bytes_come_they_are_mapped_or_refused_with_a_reason(content: bytes) -> None:
    try:
        read_in = read(content, "utf-8")
    except Unreadable:
        return
    assert isinstance(read_in, Message)
    try:
        mapped(read_in, mapping())
    except NotMapped as why:
        assert str(why)


@given(st.sampled_from([admission(), result()]), st.integers(0, 800), st.binary(min_size=1, max_size=3))
def test_a_message_that_was_damaged_is_mapped_or_refused_with_a_reason(sent: bytes, at: int, junk: bytes) -> None:
    damaged = sent[:at] + junk + sent[at + len(junk) :]
    try:
        lines = mapped(read(damaged, "utf-8"), mapping())
    except (Unreadable, NotMapped):
        return
    for line in lines:
        assert line.text(1)
