"""Signing in and out, and who one is."""

import click

from yima_cli import session
from yima_cli.person import JSON, URL, Person, anybody, signed_in


@click.command("sign-in")
@click.option("--login", envvar="YIMA_LOGIN", prompt=True, help="Your login, an e-mail address; or YIMA_LOGIN.")
@click.option("--password", envvar="YIMA_PASSWORD", prompt=True, hide_input=True, help="Or YIMA_PASSWORD.")
@anybody
def sign_in(me: Person, login: str, password: str) -> None:
    """Sign in, once for a working day.

    The session goes on while you use it, a resident's for up to 90 days. It is kept in a file that
    you alone can read: YIMA_SESSION, or ~/.config/yima/session.json.

    \b
    Examples:
      yima sign-in --login staff@clinic.example.org
      yima sign-in --login resident@example.org --url https://yima.example.org/graphql
    """
    token = me.run("sign-in", login=login, password=password)
    session.write(session.from_answer(me.url, login, token))
    me.show({"login": login, "role": token["role"], "refreshUntil": token["refreshUntil"], "url": me.url})


@click.command("reset-password")
@click.option("--login", envvar="YIMA_LOGIN", prompt=True, help="Your login; or YIMA_LOGIN.")
@anybody
def reset_password(me: Person, login: str) -> None:
    """Choose another password, with a code that is sent to your login's address.

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
    """Confirm an e-mail address or telephone number of yours, with a code that is sent there.

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
    """Register yourself as a resident.

    \b
    Example:
      yima join --name "Wen Zhiyuan" --born 1957-04-12 --login resident@example.org
    """
    me.show(me.run("register-resident", login=login, password=password, name=name, birthDate=born))
