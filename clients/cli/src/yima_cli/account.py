"""Signing in and out, and who one is."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import click
from yima_client.errors import Refused

from yima_cli import session
from yima_cli.person import JSON, URL, Person, anybody, fresh_key, signed_in


@click.command("sign-in")
@click.option("--login", envvar="YIMA_LOGIN", default="", help="Your login, an e-mail address; or YIMA_LOGIN.")
@click.option("--password", envvar="YIMA_PASSWORD", default="", help="Or YIMA_PASSWORD.")
@click.option("--with-provider", is_flag=True, help="With the city's OpenID provider, in a browser.")
@anybody
def sign_in(me: Person, login: str, password: str, with_provider: bool) -> None:
    """Sign in, once for a working day.

    The session goes on while you use it, a resident's for up to 90 days. It is kept in a file that
    you alone can read: YIMA_SESSION, or ~/.config/yima/session.json.

    \b
    Examples:
      yima sign-in --login staff@clinic.example.org
      yima sign-in --login resident@example.org --url https://yima.example.org/graphql
      yima sign-in --with-provider
    """
    if with_provider:
        login, token = login or "with the provider", signed_in_with_provider(me)
    else:
        login = login or click.prompt("Login")
        token = signed_in_with_code(me, login, password or click.prompt("Password", hide_input=True))
    session.write(session.from_answer(me.url, login, token))
    me.show({"login": login, "role": token["role"], "refreshUntil": token["refreshUntil"], "url": me.url})


def signed_in_with_provider(me: Person) -> dict[str, Any]:
    """What a sign-in with the city's OpenID provider answers, once its owner was there with a browser."""
    begun = me.run("begin-provider-sign-in")
    sent = {"signInId": begun["id"], **sent_along(begun["url"])}
    try:
        return dict(me.run("finish-provider-sign-in", **sent))
    except Refused as refused:
        if refused.code != "second-factor-needed":
            raise
    code = click.prompt("Code of your authenticator, or a recovery code", err=True)
    return dict(me.run("finish-provider-sign-in", **sent, factorCode=code))


def sent_along(url: str) -> dict[str, str]:
    """What the provider sends along with the browser, from the address of the page that it comes back to."""
    click.echo(f"Open this in a browser, and sign in there:\n{url}", err=True)
    address = click.prompt("The address of the page that you were sent to", err=True)
    query = parse_qs(urlsplit(address).query)
    parameters = {name: query.get(name, [""])[0] for name in ("code", "state", "iss")}
    return {"code": parameters["code"], "state": parameters["state"], "issuer": parameters["iss"]}


@click.command("link-provider")
@click.option("--end", "link_id", default=None, help="End this link instead, by its id.")
@click.option("--list", "listed", is_flag=True, help="Show your links instead.")
@signed_in
def link_provider(me: Person, link_id: str | None, listed: bool) -> None:
    """Link your account with the city's OpenID provider.

    From then on you sign in with it: `yima sign-in --with-provider`.

    \b
    Examples:
      yima link-provider
      yima link-provider --list
      yima link-provider --end lnk_019ab…
    """
    if listed:
        me.show(me.run("provider-links"))
    elif link_id:
        me.show(me.run("unlink-provider", providerLinkId=link_id, key=fresh_key()))
    else:
        password = me.password or click.prompt("Your password here", hide_input=True, err=True)
        begun = me.run("begin-provider-link", password=password)
        me.show(me.run("finish-provider-link", signInId=begun["id"], **sent_along(begun["url"])))


def signed_in_with_code(me: Person, login: str, password: str) -> dict[str, Any]:
    """What a sign-in answers; a code is asked for where the account has a second factor, and one is set up where the
    account needs one."""
    try:
        return dict(me.run("sign-in", login=login, password=password))
    except Refused as refused:
        if refused.code == "second-factor-not-set-up":
            return set_up(me, login, password)
        if refused.code != "second-factor-needed":
            raise
    code = click.prompt("Code of your authenticator, or a recovery code")
    return dict(me.run("sign-in", login=login, password=password, code=code))


def set_up(me: Person, login: str, password: str) -> dict[str, Any]:
    """Set a second factor up, and sign in with it."""
    factor = me.run("begin-second-factor", login=login, password=password)
    click.echo(f"Add this account to an authenticator: {factor['secret']}\n{factor['uri']}", err=True)
    token = dict(me.run("sign-in", login=login, password=password, code=click.prompt("Its code now")))
    click.echo("Keep these recovery codes apart from it. Each is good once:", err=True)
    click.echo("\n".join(token["recoveryCodes"]), err=True)
    return token


@click.command("second-factor")
@click.option("--login", envvar="YIMA_LOGIN", prompt=True, help="Your login; or YIMA_LOGIN.")
@click.option("--password", envvar="YIMA_PASSWORD", prompt=True, hide_input=True, help="Or YIMA_PASSWORD.")
@anybody
def second_factor(me: Person, login: str, password: str) -> None:
    """Set up an authenticator.

    Its codes are asked for from then on.

    \b
    Example:
      yima second-factor --login resident@example.org
    """
    token = set_up(me, login, password)
    session.write(session.from_answer(me.url, login, token))
    me.show({"login": login, "role": token["role"], "refreshUntil": token["refreshUntil"], "url": me.url})


@click.command("reset-password")
@click.option("--login", envvar="YIMA_LOGIN", prompt=True, help="Your login; or YIMA_LOGIN.")
@anybody
def reset_password(me: Person, login: str) -> None:
    """Choose another password, by a sent code.

    It goes to your login's address.

    \b
    Example:
      yima reset-password --login resident@example.org
    """
    sent = me.run("request-password-reset", login=login)
    click.echo("If there is such an account, a code is on its way. It is good for ten minutes.", err=True)
    code = click.prompt("Code")
    password = click.prompt("New password", hide_input=True, confirmation_prompt=True)
    me.show(me.run("reset-password", resetId=sent["id"], code=code, newPassword=password))


@click.command("confirm-contact")
@click.argument("address")
@signed_in
def confirm_contact(me: Person, address: str) -> None:
    """Confirm an address or number of yours.

    It is an e-mail address or a telephone number; a code is sent there.

    \b
    Examples:
      yima confirm-contact resident@example.org
      yima confirm-contact +8653155500100
    """
    sent = me.run("request-contact-code", address=address)
    click.echo("A code is on its way. It is good for ten minutes.", err=True)
    me.show(me.run("confirm-contact", codeId=sent["id"], code=click.prompt("Code")))


@click.command("sign-out")
@URL
@JSON
def sign_out(url: str, as_json: bool) -> None:
    """End the session that `yima sign-in` began.

    \b
    Example:
      yima sign-out
    """
    me = Person(url, as_json=as_json)
    try:
        ended = me.run("sign-out")
    finally:
        session.forget()
    me.show(ended)


@click.command()
@signed_in
def whoami(me: Person) -> None:
    """Show as whom you are signed in: role, name, id.

    \b
    Example:
      yima whoami
    """
    me.show({name: value for name, value in me.run("me").items() if value})


@click.command()
@click.option("--login", envvar="YIMA_LOGIN", prompt=True, help="Your e-mail address, to sign in with; or YIMA_LOGIN.")
@click.option(
    "--password",
    envvar="YIMA_PASSWORD",
    prompt=True,
    hide_input=True,
    confirmation_prompt=True,
    help="Or YIMA_PASSWORD.",
)
@click.option("--name", required=True, help="Your name.")
@click.option("--born", required=True, help="Your birth date, e.g. 1957-04-12.")
@anybody
def join(me: Person, login: str, password: str, name: str, born: str) -> None:
    """Register yourself as a resident; `yima prove-me` then proves who you are.

    \b
    Example:
      yima join --name "Wen Zhiyuan" --born 1957-04-12 --login resident@example.org
    """
    confirm(me, me.run("register-resident", login=login, password=password, name=name, birthDate=born))


def confirm(me: Person, registered: dict[str, Any]) -> None:
    """Show what was registered, once the code is given that was sent to the login, where one is."""
    if registered["confirmUntil"]:
        click.echo("A code is on its way to your login's address. It is good for ten minutes.", err=True)
        me.run("confirm-registration", registeredId=registered["id"], code=click.prompt("Code"))
    me.show(registered)


@click.command("prove-me")
@click.option(
    "--number",
    envvar="YIMA_IDENTITY_NUMBER",
    prompt="Identity number",
    hide_input=True,
    help="As on the identity card; or YIMA_IDENTITY_NUMBER.",
)
@click.option("--dependant", default=None, help="Whom to prove instead: the id of somebody you act for.")
@signed_in
def prove_me(me: Person, number: str, dependant: str | None) -> None:
    """Prove who you are, by your identity number, of which no copy is kept. Then sign in again.

    Services that ask for health data are ordered by proven people only.

    \b
    Examples:
      yima prove-me
      yima prove-me --dependant res_019ab…
    """
    me.show(me.run("prove-resident", identityNumber=number, residentId=dependant))


@click.command("live-in")
@click.argument("district")
@click.option("--dependant", default=None, help="Of whom it is said instead: the id of somebody you act for.")
@signed_in
def live_in(me: Person, district: str, dependant: str | None) -> None:
    """Say in which of the city's districts you live.

    It is said by the district's code, once in thirty days. Some services are for people of some districts only. What
    the register of people said when you proved who you are is not said otherwise here.

    \b
    Examples:
      yima live-in lixia
      yima live-in lixia-yaojia --dependant res_019ab…
    """
    me.show(me.run("set-home-district", district=district, residentId=dependant))


@click.command("correct-me")
@click.option("--name", default="", help="What is right. [default: as it is]")
@click.option("--born", default="", help="What is right, such as 1960-05-05. [default: as it is]")
@click.option(
    "--number", envvar="YIMA_IDENTITY_NUMBER", default="", help="If it is proven who you are; or YIMA_IDENTITY_NUMBER."
)
@click.option("--dependant", default=None, help="Whom to correct instead: the id of somebody you act for.")
@signed_in
def correct_me(me: Person, name: str, born: str, number: str, dependant: str | None) -> None:
    """Correct your name or birth date.

    Once it is proven who you are, this takes your identity number: the register confirms what is right.

    \b
    Examples:
      yima correct-me --name "Lin Zhiyuan"
      yima correct-me --born 1960-05-06 --dependant res_019ab…
    """
    right = {"name": name, "birthDate": born, "identityNumber": number, "residentId": dependant}
    me.show(me.run("correct-resident", **right))
