"""What the pages say, in every language."""

import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src"
CATALOGUES = sorted({path.parent for path in SOURCE.rglob("en.po")})
ENTRY = re.compile(r'^msgid "(?P<text>.+)"\nmsgstr "(?P<translation>.*)"$', re.MULTILINE)
PLACEHOLDER = re.compile(r"\{(\w+)[,}]|<(\d+)/?>")


@pytest.mark.parametrize("locale", ["zh-CN", "ar"])
@pytest.mark.parametrize("folder", CATALOGUES, ids=lambda folder: str(folder.relative_to(SOURCE)))
def test_every_text_is_translated_with_all_that_stands_in_it(folder: Path, locale: str) -> None:
    translations = dict(ENTRY.findall((folder / f"{locale}.po").read_text("utf-8")))
    assert translations
    assert [text for text, translation in translations.items() if not translation] == []
    changed = {
        text: translation
        for text, translation in translations.items()
        if {*PLACEHOLDER.findall(text)} - {*PLACEHOLDER.findall(translation)}
    }
    assert changed == {}


@pytest.mark.parametrize("folder", CATALOGUES, ids=lambda folder: str(folder.relative_to(SOURCE)))
def test_the_catalogues_hold_the_same_texts(folder: Path) -> None:
    texts = {path.stem: [text for text, _ in ENTRY.findall(path.read_text("utf-8"))] for path in folder.glob("*.po")}
    assert sorted(texts) == ["ar", "en", "zh-CN"]
    assert texts["ar"] == texts["en"] == texts["zh-CN"]
