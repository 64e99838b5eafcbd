"""Commands about devices: their models, whose each is, and what was noticed in what they measure."""

from pathlib import Path

import click
from yima_client.devices import DeviceKey

from yima_cli.choices import DEVICE_END_REASONS, DEVICE_KINDS, DEVICE_MODEL_STATUSES, DEVICE_STATUSES, code_of
from yima_cli.failures import Failure
from yima_cli.person import Person, fresh_key, signed_in, with_json
from yima_cli.practice import read_of
from yima_cli.registry import Group

KEY_FILE = click.option(
    "--key", "key_file", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The PEM file of the device's key.",
)  # fmt: skip


def key_in(file: Path) -> DeviceKey:
    try:
        return DeviceKey.read(file)
    except ValueError:
        raise Failure(f"{file} has no Ed25519 key; `yima devices make-key` makes one") from None


@click.group(cls=Group)
def devices() -> None:
    """Devices that measure: models, and whose each is."""


@devices.command("models")
@click.option("--kind", type=click.Choice(DEVICE_KINDS), help="Only of this kind.")
@click.option("--maker", help="Only of this maker.")
@click.option("--words", help="Only with this in the maker's or the model's name.")
@click.option("--code", help="Only those that measure this code of LOINC.")
@click.option("--status", type=click.Choice(DEVICE_MODEL_STATUSES), help="Only in this status.")
@signed_in
def models(
    me: Person, kind: str | None, maker: str | None, words: str | None, code: str | None, status: str | None
) -> None:
    """List models of devices that may be bound.

    \b
    Example:
      yima devices models --kind blood-pressure --words tenso
    """
    me.show(me.every("device-models", kind=code_of(kind), maker=maker, words=words, code=code, status=code_of(status)))


@devices.command("propose-model")
@click.argument("name")
@click.option("--kind", required=True, type=click.Choice(DEVICE_KINDS), help="What it measures with.")
@click.option(
    "--measures", "measures", multiple=True, type=(str, str), metavar="CODE UNIT",
    help="A code of LOINC that it measures, and its unit; repeat it. Without it, all that its kind does.",
)  # fmt: skip
@click.option("--bluetooth", is_flag=True, help="It speaks the Bluetooth service of its kind.")
@signed_in
def propose_model(me: Person, name: str, kind: str, measures: tuple[tuple[str, str], ...], bluetooth: bool) -> None:
    """Propose a model that you make. An operator decides.

    \b
    Example:
      yima devices propose-model "Tenso Nine" --kind blood-pressure --bluetooth
    """
    me.show(
        me.run(
            "propose-device-model",
            name=name, kind=code_of(kind), codes=[code for code, _ in measures], units=[unit for _, unit in measures],
            bluetooth=bluetooth, key=fresh_key(),
        )
    )  # fmt: skip


@devices.command("approve-model")
@click.argument("device_model_id")
@signed_in
def approve_model(me: Person, device_model_id: str) -> None:
    """Let devices of a model be bound, as an operator.

    \b
    Example:
      yima devices approve-model dmo_019ab…
    """
    me.show(me.run("decide-device-model", deviceModelId=device_model_id, approved=True, key=fresh_key()))


@devices.command("refuse-model")
@click.argument("device_model_id")
@click.argument("reason")
@signed_in
def refuse_model(me: Person, device_model_id: str, reason: str) -> None:
    """Refuse a model, as an operator. Its maker reads why.

    \b
    Example:
      yima devices refuse-model dmo_019ab… "it has no certificate of measurement"
    """
    query = {"deviceModelId": device_model_id, "approved": False, "reason": reason, "key": fresh_key()}
    me.show(me.run("decide-device-model", **query))


@devices.command("make-key")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_json
def make_key(file: Path) -> dict[str, str]:
    """Make a key for a device, in a new PEM file. A real device makes its own, and never shows it.

    \b
    Example:
      yima devices make-key cuff.pem
    """
    made = DeviceKey()
    try:
        made.write(file)
    except FileExistsError:
        raise Failure(f"{file} is there already, and is not overwritten") from None
    return {"publicKey": made.public}


@devices.command("bind")
@click.argument("device_model_id")
@click.argument("serial")
@KEY_FILE
@click.option("--user", type=click.IntRange(0, 254), default=0, help="Which of its users, on a device for several.")
@click.option("--resident", "resident_id", help="For whom you act; without it, yourself.")
@click.option("--order", "order_id", help="As an institution: the order that you are serving.")
@signed_in
def bind(
    me: Person,
    device_model_id: str,
    serial: str,
    key_file: Path,
    user: int,
    resident_id: str | None,
    order_id: str | None,
) -> None:
    """Bind a device: your own at once; for an order, once its resident agrees.

    \b
    Example:
      yima devices bind dmo_019ab… SN-4711 --key cuff.pem
    """
    key = key_in(key_file)
    proof = key.proof(device_model_id, serial)
    me.show(
        me.run(
            "bind-device",
            deviceModelId=device_model_id, serial=serial, publicKey=key.public, proof=proof,
            user=user, residentId=resident_id, orderId=order_id, key=fresh_key(),
        )
    )  # fmt: skip


@devices.command("list")
@click.option("--status", type=click.Choice(DEVICE_STATUSES), help="Only in this status.")
@click.option("--resident", "resident_id", help="For whom you act; without it, your own.")
@signed_in
def list_devices(me: Person, status: str | None, resident_id: str | None) -> None:
    """List devices, newest first: yours, or those that your institution bound.

    \b
    Example:
      yima devices list --status proposed
    """
    me.show(me.every("devices", status=code_of(status), residentId=resident_id))


@devices.command("agree")
@click.argument("device_id")
@signed_in
def agree(me: Person, device_id: str) -> None:
    """Agree to a device that an institution wants to bind to you.

    \b
    Example:
      yima devices agree dev_019ab…
    """
    me.show(me.run("answer-device", deviceId=device_id, agreed=True, key=fresh_key()))


@devices.command("decline")
@click.argument("device_id")
@signed_in
def decline(me: Person, device_id: str) -> None:
    """Decline a device that an institution wants to bind to you.

    \b
    Example:
      yima devices decline dev_019ab…
    """
    me.show(me.run("answer-device", deviceId=device_id, agreed=False, key=fresh_key()))


@devices.command("end")
@click.argument("device_id")
@click.option("--reason", required=True, type=click.Choice(DEVICE_END_REASONS), help="Why.")
@signed_in
def end(me: Person, device_id: str, reason: str) -> None:
    """Take nothing more from a device. What it measured stays.

    \b
    Example:
      yima devices end dev_019ab… --reason lost
    """
    me.show(me.run("end-device", deviceId=device_id, reason=code_of(reason), key=fresh_key()))


@devices.command("rotate-key")
@click.argument("device_id")
@KEY_FILE
@signed_in
def rotate_key(me: Person, device_id: str, key_file: Path) -> None:
    """Give a device another key; the one before is good for nothing from then on.

    \b
    Example:
      yima devices rotate-key dev_019ab… --key new.pem
    """
    key = key_in(key_file)
    known = {device["id"]: device for device in me.every("devices")}
    if device_id not in known:
        raise Failure("no device of yours has this id; `yima devices list` shows them")
    proof = key.proof(known[device_id]["model"]["id"], known[device_id]["serial"])
    me.show(me.run("rotate-device-key", deviceId=device_id, publicKey=key.public, proof=proof, key=fresh_key()))


@devices.command("revoke-key")
@click.argument("device_id")
@signed_in
def revoke_key(me: Person, device_id: str) -> None:
    """Let a device's key sign no more. It sends nothing until it has another.

    \b
    Example:
      yima devices revoke-key dev_019ab…
    """
    me.show(me.run("revoke-device-key", deviceId=device_id, key=fresh_key()))


@devices.command("send")
@click.argument("device_id")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@KEY_FILE
@signed_in
def send(me: Person, device_id: str, file: Path, key_file: Path) -> None:
    """Send a file of readings as a device would, signed by its key.

    \b
    Example:
      yima devices send dev_019ab… readings.json --key cuff.pem
    """
    key, body = key_in(key_file), file.read_bytes()
    me.show(me.ask(lambda caller: caller.send_readings(device_id, key, body)))


@devices.command("withdraw")
@click.argument("record_id")
@click.option("--reason", required=True, help="Such as that somebody else measured themselves.")
@click.option("--resident", "resident_id", default="", help="In whose record it is; without it, yours.")
@signed_in
def withdraw(me: Person, record_id: str, reason: str, resident_id: str) -> None:
    """Withdraw what a device measured: it was somebody else's, or the device was wrong. Its versions stay.

    \b
    Example:
      yima devices withdraw rec_019ab… --reason "My neighbour tried it."
    """
    query = {"recordId": record_id, "reason": reason, "key": fresh_key()}
    me.show(me.ask(lambda caller: read_of(caller, "withdraw-device-reading", resident_id, query)))


@devices.command("release-serial")
@click.argument("device_model_id")
@click.argument("serial")
@signed_in
def release_serial(me: Person, device_model_id: str, serial: str) -> None:
    """End whatever is bound by a serial number that is somebody else's, as an operator.

    \b
    Example:
      yima devices release-serial dmo_019ab… SN-4711
    """
    me.show(me.run("release-serial", deviceModelId=device_model_id, serial=serial, key=fresh_key()))
