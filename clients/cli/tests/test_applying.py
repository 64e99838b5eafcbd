"""What a partner hands in is checked here first: its application line by line, its files by what they are."""

from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from yima_cli.faults import faults_in
from yima_cli.main import cli

NOBODY_ANSWERS = {
    "YIMA_URL": "http://127.0.0.1:9/graphql",
    "YIMA_LOGIN": "wang@clinic.example.org",
    "YIMA_PASSWORD": "x",
}
EXAMPLE = (files("yima_cli") / "manifests" / "partner.yaml").read_text("utf-8")


def run(*typed: str) -> Result:
    return CliRunner().invoke(cli, typed, env=NOBODY_ANSWERS)


def test_the_example_of_an_application_has_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "partner.yaml"
    path.write_text(EXAMPLE, "utf-8")
    assert list(faults_in(path, "Partner")) == []


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("districts:", "distrits:", "distrits: is no field; is it `districts`?"),
        ("kind: COMMUNITY_HEALTH_CENTRE", "kind: clinic", "kind: must be one of HOSPITAL, CLINIC,"),
        ('number: "6200000000000018888"', "number: 6200000000000018888", "bankAccount.number: must be a text"),
        ('    bankCode: "102451000019"\n', "", "bankAccount.bankCode: is missing"),
    ],
    ids=["a misspelt field", "no kind there is", "a number without quotes", "a field that is missing"],
)
def test_a_fault_of_an_application_is_said_with_its_line_and_nobody_is_asked(
    tmp_path: Path, right: str, wrong: str, said: str
) -> None:
    path = tmp_path / "partner.yaml"
    assert right in EXAMPLE
    path.write_text(EXAMPLE.replace(right, wrong), "utf-8")
    done = run("apply", "-f", str(path))
    assert done.exit_code == 1
    assert f": {said}" in done.output
    line = EXAMPLE[: EXAMPLE.index(right)].count(chr(10)) + 1
    assert not wrong or f"{path}:{line}: {said}" in done.output


def test_a_file_of_offerings_is_no_application(tmp_path: Path) -> None:
    path = tmp_path / "offering.yaml"
    path.write_text("kind: Offering\nspec: {}\n", "utf-8")
    done = run("apply", "-f", str(path))
    assert done.exit_code == 1
    assert "every document needs `kind: Partner` and a `spec`" in done.output


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [("licence.txt", b"text", "must be a PDF, JPEG or PNG"), ("licence.pdf", b"", "has 0 bytes; a document has 1 to")],
    ids=["of another kind", "empty"],
)
def test_a_file_that_is_no_document_is_not_sent(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    done = run("documents", "send", str(tmp_path / name))
    assert done.exit_code == 1
    assert said in done.output
