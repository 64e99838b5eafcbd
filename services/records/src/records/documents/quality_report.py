"""A report of quality to read and print: PDF/A-2b, with its trend as lines, and names in the scripts that they have.

Fonts are those of wheels: Noto Sans SC for Chinese, Noto Sans Arabic for Arabic, and what typst brings for the rest.
None of the machine's are used, so that a report looks the same wherever it was made.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from records.domain.grades import written
from records.domain.quality_reports import digest, height, trend_months
from records.domain.rule_packs import DIMENSIONS

FONT_PACKAGES = ("pylopdf_fonts_zh_cn", "fontpkg_noto_sans_arabic")
FINDINGS_MAX = 200  # more are in the JSON


def as_pdf(content: Mapping[str, Any], as_json: bytes, issuer: str, issued_at: datetime) -> bytes:
    """The report as PDF. Takes a moment: not for the event loop."""
    import typst  # noqa: PLC0415 large, and needed here only

    month = date.fromisoformat(f"{content['month']}-01")
    data = {
        **content,
        "issuer": issuer,
        "sha256": digest(as_json),
        "names": list(dict.fromkeys(content["names"].values())),
        "findings": content["findings"][:FINDINGS_MAX],
        "months": [written(each) for each in trend_months(month)],
        "trends": [trend_of(content, name) for name in ("letter", *DIMENSIONS)],
    }
    pdf = typst.compile(
        (resources.files("records.documents") / "quality_report.typ").read_bytes(),
        format="pdf",
        sys_inputs={"report": json.dumps(data)},
        font_paths=typst.Fonts(include_system_fonts=False, font_paths=font_folders()),
        pdf_standards=["a-2b"],
        timestamp=int(issued_at.timestamp()),
    )
    assert isinstance(pdf, bytes)
    return pdf


def trend_of(content: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A part's letters month by month, as points: which month of the trend, and how high."""
    months = [written(each) for each in trend_months(date.fromisoformat(f"{content['month']}-01"))]
    letters = {
        each["month"]: each["letter"] if name == "letter" else each["parts"].get(name) for each in content["trend"]
    }
    points = [[index, height(letter)] for index, month in enumerate(months) if (letter := letters.get(month))]
    return {"name": "all together" if name == "letter" else name, "points": points}


def font_folders() -> list[Path]:
    """Where the fonts are that wheels brought."""
    specs = [find_spec(name) for name in FONT_PACKAGES]
    return [Path(spec.origin).parent for spec in specs if spec is not None and spec.origin is not None]
