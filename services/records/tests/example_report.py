"""A quality report of made-up grades, as institutions get one: `python services/records/tests/example_report.py` writes
docs/quality-report.pdf."""

from datetime import UTC, date, datetime
from pathlib import Path

from records.documents.quality_report import as_pdf
from records.domain.grades import grade, together
from records.domain.quality_reports import BrokenRule, MonthGrade, as_json, contents, trend_months
from records.domain.rule_packs import DIMENSIONS, SHIPPED, Thresholds, read_packs

PAGE = Path(__file__).parents[3] / "docs" / "quality-report.pdf"
MONTH = date(2026, 10, 1)
BOOK = read_packs(["core-2026.1"], [SHIPPED])
CAME = {  # by kind: how many, and how many of them have a finding in a part
    "Condition": (4_180, {"timeliness": 96}),
    "Encounter": (6_020, {"consistency": 31}),
    "MedicationRequest": (3_240, {"completeness": 258}),
    "Observation": (21_400, {"validity": 640, "uniqueness": 120, "completeness": 410}),
}
BROKEN = {
    "weight-range": 212,
    "height-range": 40,
    "sent-late": 96,
    "systolic-without-diastolic": 410,
    "prescription-without-diagnosis": 258,
    "glucose-range": 388,
}
LETTERS = {  # month by month, as somebody mends what is found
    "completeness": "EDDDCCCBBBBB",
    "validity": "DDCCCDCBBBBB",
    "timeliness": "BBBBABBAABAB",
    "uniqueness": "CCBBBBAAAAAA",
    "consistency": "BBBAABAAAAAA",
}


def example() -> bytes:
    """The report as PDF."""
    grades = [grade(kind, came, affected, Thresholds()) for kind, (came, affected) in CAME.items()]
    whole = together(grades, Thresholds())
    assert whole is not None and set(LETTERS) == set(DIMENSIONS)
    trend = []
    for index, month in enumerate(trend_months(MONTH)):
        letters = {name: each[index] for name, each in LETTERS.items()}
        trend.append(MonthGrade(month, whole.resources, max(letters.values()), letters))
    content = contents(
        institution_id="01890a5d-ac96-774b-bcce-b302099a8057",
        names={"zh-CN": "清泉社区卫生服务中心", "en": "Clear Spring Community Health Centre"},
        month=MONTH,
        whole=whole,
        grades=grades,
        broken=[BrokenRule(rule, affected) for rule, affected in BROKEN.items()],
        trend=trend,
        book=BOOK,
    )
    return as_pdf(content, as_json(content), "https://records.example.org", datetime(2026, 11, 2, tzinfo=UTC))


if __name__ == "__main__":
    PAGE.write_bytes(example())
