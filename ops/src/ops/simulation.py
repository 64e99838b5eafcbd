"""`yima settle`: what a split plan comes to, before anybody signs it."""

from pathlib import Path
from typing import Any

import click
import yaml
from chassis.money import currency_of, parse_amount, to_minor, written
from chassis.refusals import Refusal
from city_pack.split_plans import Share, Tier
from settlement.domain import splits
from settlement.domain.ledger import account_of, bearing
from settlement.domain.splits import Liability
from yima.common.v1.types_pb2 import Money
from yima_cli.failures import Failure
from yima_cli.person import with_json
from yima_cli.registry import Group

SELLER = "the-seller"


@click.group(cls=Group)
def settle() -> None:
    """Try a split plan before anybody signs it."""


@settle.command()
@click.option(
    "-f",
    "--file",
    "path",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The plan.",
)
@click.option(
    "--gross", "amounts", multiple=True, required=True, help="An amount to split, e.g. 360.00; several may be."
)
@with_json
def simulate(path: Path, amounts: tuple[str, ...]) -> Any:
    """Split amounts by a plan, and say who bears their refund. Nothing is written anywhere.

    \b
    The plan: `kind: SplitPlan` and a `spec` with `currency`, `shares` (each a `party` and one of `basisPoints`,
    `fixed` and `tiers` (`above`, `basisPoints`), and, where they apply, `floor`, `cap` and `of` (another share)) and
    `refundLiability` (pro_rata, partner, platform).

    \b
    Example:
      yima settle simulate -f plan.yaml --gross 360.00 --gross 12.50
    """
    try:
        return simulated(read_plan(path), amounts)
    except Refusal as refusal:
        raise Failure(str(refusal.detail)) from None
    except (AttributeError, KeyError, TypeError, ValueError, yaml.YAMLError) as error:
        raise Failure(f"{path} is no split plan: {error}") from None


def read_plan(path: Path) -> dict[str, Any]:
    """The `spec` of the plan's manifest."""
    document = yaml.safe_load(path.read_text("utf-8"))
    if document["kind"] != "SplitPlan":
        raise ValueError("its kind must be SplitPlan")
    return dict(document["spec"])


def simulated(plan: dict[str, Any], amounts: tuple[str, ...]) -> list[dict[str, Any]]:
    """What each amount comes to, and which account bears how much of its whole refund."""
    currency = currency_of(plan["currency"]).code
    liability = Liability(plan.get("refundLiability", Liability.PRO_RATA))

    def minor(value: Any, field: str) -> int | None:
        return None if value is None else to_minor(parse_amount(str(value), currency, field))

    shares = [
        Share(
            party=str(share["party"]),
            basis_points=share.get("basisPoints"),
            fixed_minor=minor(share.get("fixed"), f"shares[{index}].fixed"),
            floor_minor=minor(share.get("floor"), f"shares[{index}].floor"),
            cap_minor=minor(share.get("cap"), f"shares[{index}].cap"),
            tiers=tuple(
                Tier(minor(tier["above"], f"shares[{index}].tiers[{step}].above") or 0, tier["basisPoints"])
                for step, tier in enumerate(share.get("tiers", ()))
            ),
            of=str(share.get("of", "")),
        )
        for index, share in enumerate(plan["shares"])
    ]
    splits.check(shares)
    return [
        came_to(splits.split(to_minor(parse_amount(gross, currency, "gross")), shares, SELLER), currency, liability)
        for gross in amounts
    ]


def came_to(parts: list[splits.Part], currency: str, liability: Liability) -> dict[str, Any]:
    refund: dict[str, int] = {}
    for part in parts:
        account = bearing(account_of(part.party), SELLER, liability)
        refund[account] = refund.get(account, 0) + part.amount_minor

    def shown(minor: int) -> dict[str, str]:
        return {"amount": written(Money(currency=currency, minor=minor)), "currency": currency}

    return {
        "gross": shown(sum(part.amount_minor for part in parts)),
        "parts": [{"party": part.party, "amount": shown(part.amount_minor)} for part in parts],
        "refundBorneBy": [{"account": account, "amount": shown(minor)} for account, minor in refund.items() if minor],
    }
