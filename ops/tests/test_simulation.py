"""The split simulator, as a person at a terminal uses it."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from yima_cli.main import cli

PLAN = """
kind: SplitPlan
spec:
  currency: CNY
  refundLiability: {liability}
  shares:
    - {{party: platform, basisPoints: 800, cap: "20.00"}}
    - {{party: "fund:public-health", basisPoints: 200}}
    - {{party: "partner:device-maker", fixed: "5.00"}}
    - {{party: "tax:commission", basisPoints: 0}}
"""


def simulate(tmp_path: Path, plan: str, *amounts: str) -> tuple[int, str]:
    path = tmp_path / "plan.yaml"
    path.write_text(plan, "utf-8")
    grosses = [part for amount in amounts for part in ("--gross", amount)]
    done = CliRunner().invoke(cli, ["settle", "simulate", "-f", str(path), *grosses, "--json"])
    return done.exit_code, done.output


@pytest.mark.parametrize(
    ("liability", "borne"),
    [
        (
            "pro_rata",
            {
                "platform:commission": "20.00 CNY",
                "fund:public-health": "7.20 CNY",
                "partner:device-maker:payable": "5.00 CNY",
                "partner:the-seller:payable": "327.80 CNY",
            },
        ),
        ("partner", {"partner:the-seller:payable": "360.00 CNY"}),
        ("platform", {"platform:commission": "360.00 CNY"}),
    ],
)
def test_a_plan_shows_its_parts_and_who_bears_the_refund(tmp_path: Path, liability: str, borne: dict[str, str]) -> None:
    """dokan#2267: who bears the commission when the seller refunds?"""
    code, output = simulate(tmp_path, PLAN.format(liability=liability), "360.00")
    assert code == 0, output
    (split,) = json.loads(output)
    assert amounts(split["parts"], "party") == {
        "platform": "20.00 CNY",
        "fund:public-health": "7.20 CNY",
        "partner:device-maker": "5.00 CNY",
        "tax:commission": "0.00 CNY",
        "partner:the-seller": "327.80 CNY",
    }
    assert amounts(split["refundBorneBy"], "account") == borne


def amounts(rows: list[dict[str, Any]], name: str) -> dict[str, str]:
    return {row[name]: f"{row['amount']['amount']} {row['amount']['currency']}" for row in rows}


@pytest.mark.parametrize(
    ("plan", "says"),
    [
        (PLAN.format(liability="pro_rata").replace("800", "9900"), "more than the whole"),
        (PLAN.format(liability="pro_rata").replace("CNY", "XXZ"), "ISO 4217"),
        (PLAN.format(liability="nobody"), "nobody"),
        ("kind: Partner", "SplitPlan"),
        ("- not a plan", "no split plan"),
        ("{", "no split plan"),
        (PLAN.format(liability="pro_rata").replace('"5.00"', '"5.001"'), "more decimals"),
    ],
)
def test_a_plan_that_cannot_be_applied_is_refused_with_the_reason(tmp_path: Path, plan: str, says: str) -> None:
    code, output = simulate(tmp_path, plan, "360.00")
    assert code == 1 and says in output, output
