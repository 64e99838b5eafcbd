"""Commands about a partner's own offerings: their files, and where they stand."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from yima_cli.faults import checked, faults_in, line_at, to_mend
from yima_cli.person import FILE, Person, fresh_key, signed_in, with_json
from yima_cli.registry import Group

TEXTS = ("title", "description")
NOT_SHOWN = ("unused", "weight")  # an offering has these, and does not show them
ANYHOW = (("times", 1), ("pricedPer", "ORDER"), ("pricedPer", "PACKAGE"))
EMPTY: tuple[Any, ...] = (None, [], {}, False, 0, "")


@click.group(cls=Group)
def offering() -> None:
    """Your offerings and their files: every fault with its line, what they change; publish, list, retire."""


@offering.command("validate")
@FILE
@with_json
def validate(path: Path) -> Any:
    """Check a manifest file's offerings: every fault with its line. Nobody is asked.

    What the city decides (whether there is such a district or service, what may be asked of residents) is checked when
    it is handed in.

    \b
    Example:
      yima offering validate -f offering.yaml
    """
    faults = [fault for _, fault in faults_in(path)]
    if faults:
        raise to_mend(path, faults)
    return [asdict(fault) for fault in faults]


@offering.command("diff")
@FILE
@signed_in
def diff(me: Person, path: Path) -> None:
    """Show what publishing a manifest file would change: each field, with its line, as it stands and as it is written.

    Nothing is changed. `unused` and `weight` are not compared: an offering does not show them.

    \b
    Example:
      yima offering diff -f offering.yaml
    """
    manifests = checked(path, "Offering")
    locales = sorted({locale for manifest in manifests for locale in manifest["title"]})
    standing = {
        locale: {each["reference"]: each for each in me.every("partner-manifests", locale=locale)} for locale in locales
    }
    changes = []
    for number, manifest in enumerate(manifests):
        stands = {
            locale: by_reference[manifest["reference"]]
            for locale, by_reference in standing.items()
            if manifest["reference"] in by_reference
        }
        for field, before, after in differences(stands, manifest):
            line = line_at(path, number, field)
            changes.append({"line": line, "field": field, "stands": before, "file": after})
    me.show(changes)


@offering.command("publish")
@FILE
@signed_in
def publish_file(me: Person, path: Path) -> None:
    """Check a manifest file's offerings, then submit them, or revise them.

    What changes nothing but the price, and that not by too much, is on sale at once. What is as it was stays as it is.

    \b
    Example:
      yima offering publish -f offering.yaml
    """
    from yima_cli.partner import published

    manifests = checked(path, "Offering")
    me.show(me.ask(lambda caller: published(caller, path, manifests)))


@offering.command("list")
@signed_in
def list_offerings(me: Person) -> None:
    """List your own offerings, drafts and retired ones too: their references in your files, and where they stand.

    \b
    Examples:
      yima offering list
      yima offering list --json
    """
    me.show(me.every("partner-offerings"))


@offering.command("retire")
@click.argument("offering_id")
@click.option("--reason", required=True, help="Why, in words for the people concerned.")
@signed_in
def retire(me: Person, offering_id: str, reason: str) -> None:
    """Take an offering off sale for good. What was ordered stays ordered.

    \b
    Example:
      yima offering retire off_019ab… --reason "the doctor has left"
    """
    me.show(me.run("retire-offering", offeringId=offering_id, reason=reason, key=fresh_key()))


def differences(stands: Mapping[str, Any], manifest: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """The fields in which a manifest differs from its offering, which `stands` has as it reads in each language; empty:
    there is no such offering yet."""
    written = plain({name: value for name, value in manifest.items() if name not in NOT_SHOWN})
    if not stands:
        yield "reference", None, manifest["reference"]
        return
    yield from differing(plain(merged(stands)), written, "")


def merged(by_locale: Mapping[str, Any]) -> Any:
    """An offering that was read in several languages, with its texts by language, as a manifest has it."""
    first = next(iter(by_locale.values()))
    if isinstance(first, dict):
        return {
            name: {locale: each[name] for locale, each in by_locale.items()}
            if name in TEXTS
            else [site["code"] for site in value]
            if name == "sites"
            else merged({locale: each[name] for locale, each in by_locale.items()})
            for name, value in first.items()
        }
    if isinstance(first, list):
        return [merged(dict(zip(by_locale, each, strict=True))) for each in zip(*by_locale.values(), strict=True)]
    return first


def plain(value: Any) -> Any:
    """A manifest's value without what it would have anyhow."""
    if isinstance(value, dict):
        # What a price is for goes without saying, unless it is for one unit.
        members = {key: plain(inner) for key, inner in value.items() if key not in NOT_SHOWN}
        return {key: inner for key, inner in members.items() if inner not in EMPTY and (key, inner) not in ANYHOW}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value


def differing(before: Any, after: Any, field: str) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(before, dict) and isinstance(after, dict):
        for name in [*after, *(name for name in before if name not in after)]:
            yield from differing(before.get(name), after.get(name), f"{field}.{name}".removeprefix("."))
    elif before != after and not (field == "price.amount" and Decimal(before) == Decimal(after)):
        yield field, before, after
