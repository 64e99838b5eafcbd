"""The top commands: a table of names, so that help is shown without importing what a command needs.

A package installed beside this one adds commands by an entry point of the group `yima.commands`: a module that is cheap
to import, with `COMMANDS`, a sequence of `Entry`, and `explain(error)`, the sentence for a failure of its own or None.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from types import ModuleType

import click

ENTRY_POINTS = "yima.commands"
SENTENCE_MAX = 1000
EVERYBODY = "Everybody"
RESIDENTS = "Residents"
PRACTITIONERS = "Practitioners"
PARTNERS = "Partners"
OPERATORS = "Operators and regulators"
SYSTEM = "Running the system"
SECTIONS = (EVERYBODY, RESIDENTS, PRACTITIONERS, PARTNERS, OPERATORS, SYSTEM)


@dataclass(frozen=True)
class Entry:
    """A top command: its name, where it is (`module:attribute`), who uses it, and what it does, as its help says."""

    name: str
    target: str
    section: str
    help: str

    def load(self) -> click.Command:
        """The command itself; its module is imported now."""
        module, _, attribute = self.target.partition(":")
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command


COMMANDS = (
    Entry("sign-in", "yima_cli.account:sign_in", EVERYBODY, "Sign in, once for a working day."),
    Entry("sign-out", "yima_cli.account:sign_out", EVERYBODY, "End the session that `yima sign-in` began."),
    Entry("second-factor", "yima_cli.account:second_factor", EVERYBODY, "Set up an authenticator."),
    Entry("passkeys", "yima_cli.passkeys:passkeys", EVERYBODY, "Your passkeys: list, name, remove."),
    Entry("sessions", "yima_cli.sessions:sessions", EVERYBODY, "Where you are signed in: list, end."),
    Entry(
        "link-provider", "yima_cli.account:link_provider", EVERYBODY,
        "Link your account with the city's OpenID provider.",
    ),
    Entry("reset-password", "yima_cli.account:reset_password", EVERYBODY, "Choose another password, by a sent code."),
    Entry("confirm-contact", "yima_cli.account:confirm_contact", EVERYBODY, "Confirm an address or number of yours."),
    Entry("whoami", "yima_cli.account:whoami", EVERYBODY, "Show as whom you are signed in: role, name, id."),
    Entry(
        "offerings", "yima_cli.offerings:offerings", EVERYBODY,
        "What is on sale: search it, count it, complete a search.",
    ),
    Entry(
        "accounts", "yima_cli.accounts:accounts", EVERYBODY,
        "Colleagues' accounts: invite, confirm, change duties, suspend, remove.",
    ),
    Entry(
        "projects", "yima_cli.projects:projects", EVERYBODY,
        "Projects of research and public health: what they ask for, and who joins.",
    ),
    Entry(
        "certificates", "yima_cli.certificates:certificates", EVERYBODY,
        "Partners' certificates: list, issue and revoke them; fetch the signed registry, verify it offline.",
    ),
    Entry(
        "partners", "yima_cli.partners:partners", EVERYBODY,
        "Institutions that have applied: how they stand, what they are screened by; screen and review them.",
    ),
    Entry("completion", "yima_cli.completion:completion", EVERYBODY, "Print what completes `yima` in your shell."),
    Entry(
        "join", "yima_cli.account:join", RESIDENTS,
        "Register yourself as a resident; `yima prove-me` then proves who you are.",
    ),
    Entry(
        "prove-me", "yima_cli.account:prove_me", RESIDENTS,
        "Prove who you are, by your identity number, of which no copy is kept.",
    ),
    Entry("correct-me", "yima_cli.account:correct_me", RESIDENTS, "Correct your name or birth date."),
    Entry("live-in", "yima_cli.account:live_in", RESIDENTS, "Say in which of the city's districts you live."),
    Entry("family", "yima_cli.family:family", RESIDENTS, "Who acts for whom: your mother, a child, a second parent."),
    Entry("orders", "yima_cli.orders:orders", RESIDENTS, "Place, pay, follow and cancel orders."),
    Entry("consents", "yima_cli.consents:consents", RESIDENTS, "Who may see your health data, and for what."),
    Entry("log", "yima_cli.audit:log", RESIDENTS, "Show what was asked and done with your data."),
    Entry("health-code", "yima_cli.consents:health_code", RESIDENTS, "Show your health code, good for one minute."),
    Entry("code", "yima_cli.codes:code", RESIDENTS, "Codes without a network, who scanned yours, and verifying one."),
    Entry(
        "emergency-slice",
        "yima_cli.emergency_slices:emergency_slice",
        RESIDENTS,
        "What is read of you in an emergency: blood group, allergies, whom to call.",
    ),
    Entry("timeline", "yima_cli.timeline:timeline", RESIDENTS, "Read your own record, across institutions."),
    Entry(
        "readings", "yima_cli.readings:readings", RESIDENTS,
        "What you measure at home: enter it, correct it, withdraw it.",
    ),
    Entry("series", "yima_cli.timeline:series", RESIDENTS, "Read one measurement of yours over time."),
    Entry(
        "error-reports", "yima_cli.error_reports:error_reports", RESIDENTS,
        "Errors in records: report one, list, answer, take back.",
    ),
    Entry("scan", "yima_cli.practice:scan", PRACTITIONERS, "Redeem a resident's health code, and see who they are."),
    Entry("foreign-scans", "yima_cli.practice:foreign_scans", PRACTITIONERS, "See scans of other cities' codes."),
    Entry("visits", "yima_cli.practice:visits", PRACTITIONERS, "See what scans offered, and what residents answered."),
    Entry(
        "emergencies",
        "yima_cli.emergencies:emergencies",
        PRACTITIONERS,
        "Records opened in emergencies: break the glass, list, review.",
    ),
    Entry(
        "follow-ups", "yima_cli.follow_ups:follow_ups", PRACTITIONERS,
        "What is to be done next: note it, list what is due, close it; residents list their own, decline.",
    ),
    Entry("prove", "yima_cli.practice:prove", PRACTITIONERS, "Prove that a service of an order was given."),
    Entry("fulfil", "yima_cli.practice:fulfil", PRACTITIONERS, "Say that all of an order was given."),
    Entry("records", "yima_cli.practice:records", PRACTITIONERS, "Read what a consent permits of a resident's record."),
    Entry(
        "record-versions",
        "yima_cli.practice:record_versions",
        PRACTITIONERS,
        "Read what a resource of a record said before, and says now.",
    ),
    Entry("register", "yima_cli.partner:register", PARTNERS, "Register an institution and the first of its staff."),
    Entry("example", "yima_cli.partner:example", PARTNERS, "Print an example of a manifest file, to begin with."),
    Entry("apply", "yima_cli.partner:apply", PARTNERS, "Apply as a partner with a manifest file."),
    Entry(
        "add-evidence", "yima_cli.partner:add_evidence", PARTNERS,
        "Hand in more evidence, for what is to be mended, to renew what ends, or before a review.",
    ),
    Entry(
        "documents", "yima_cli.documents:documents", PARTNERS,
        "Files that evidence and appeals name: send one, fetch one.",
    ),
    Entry(
        "contracts", "yima_cli.contracts:contracts", PARTNERS,
        "Versions of a partner's contract: offer one, sign it, see which is in force.",
    ),
    Entry(
        "funnel", "yima_cli.funnel:funnel", PARTNERS,
        "From the application to the first offering on sale: days in each step, who waits for whom.",
    ),
    Entry(
        "appeals", "yima_cli.appeals:appeals", PARTNERS,
        "Appeal against a rejection or a suspension; decide such an appeal.",
    ),
    Entry(
        "leaving", "yima_cli.offboarding:leaving", PARTNERS,
        "Leave the city in order: sale, orders, money, data, certificates.",
    ),
    Entry(
        "bank-account", "yima_cli.bank_accounts:bank_account", PARTNERS,
        "Where payouts go: propose another account, confirm a colleague's, stop a change.",
    ),
    Entry(
        "offering", "yima_cli.offering:offering", PARTNERS,
        "Your offerings and their files: every fault with its line, what they change; publish, list, retire.",
    ),
    Entry("sites", "yima_cli.sites:sites", PARTNERS, "Where a partner serves people: put its sites, list them."),
    Entry(
        "calendars", "yima_cli.desk:calendars", PARTNERS,
        "Calendars of who serves, rooms and devices: put them, list them, end them.",
    ),
    Entry("accept", "yima_cli.partner:accept", PARTNERS, "Accept an order."),
    Entry(
        "desk", "yima_cli.desk:desk", PARTNERS, "What a front desk does for who stands there: order for them by a scan."
    ),
    Entry(
        "private-offers", "yima_cli.private_offers:private_offers", PARTNERS,
        "Offer something to one buyer at a lower price; take such an offer by its code; see those there are.",
    ),
    Entry("who-comes", "yima_cli.desk:who_comes", PARTNERS, "Show who comes for an order: name, age, telephone."),
    Entry("close-day", "yima_cli.desk:close_day", PARTNERS, "Close a day at a site, and see what that takes back."),
    Entry("absent", "yima_cli.desk:absent", PARTNERS, "State that nobody came to a session, and see what it costs."),
    Entry("record-usage", "yima_cli.partner:record_usage", PARTNERS, "Record what of an order's contents was used."),
    Entry("refuse", "yima_cli.partner:refuse", PARTNERS, "Refuse an order, and say why."),
    Entry(
        "practitioners", "yima_cli.practitioners:practitioners", PARTNERS,
        "Who practises at a partner, and whether their licences are checked: list, register, end.",
    ),
    Entry(
        "templates", "yima_cli.templates:templates", PARTNERS,
        "Queries on records: propose, endorse, approve, withdraw them.",
    ),
    Entry(
        "runs", "yima_cli.runs:runs", PARTNERS,
        "Runs of queries on records: ask for one, see where it stands, read its result.",
    ),
    Entry(
        "sources", "yima_cli.sources:sources", PARTNERS,
        "Systems that send to records: register, approve, send, see what is missing.",
    ),
    Entry("devices", "yima_cli.devices:devices", EVERYBODY, "Devices that measure: models, and whose each is."),
    Entry(
        "alerts", "yima_cli.alerts:alerts", EVERYBODY,
        "Rules on what devices measure: make, approve, join a programme, see flags.",
    ),
    Entry(
        "patients", "yima_cli.patients:patients", EVERYBODY,
        "Institutions' patient numbers: what waits for them, whose they are, undo.",
    ),
    Entry("keys", "yima_cli.keys:keys", PARTNERS, "API keys of your systems."),
    Entry("webhooks", "yima_cli.webhooks:webhooks", PARTNERS, "Webhooks of your systems: where events are sent."),
    Entry("events", "yima_cli.webhooks:events", PARTNERS, "Events of your partner, as webhooks say them."),
    Entry(
        "listen", "yima_cli.listening:listen", PARTNERS,
        "Print your partner's events as they happen, and forward them, signed, to a server on your machine.",
    ),
    Entry(
        "trigger", "yima_cli.listening:trigger", PARTNERS,
        "Make an event happen, by the real steps that lead to it: on a system of trials alone.",
    ),
    Entry("logs", "yima_cli.listening:logs", PARTNERS, "What was delivered to your endpoints, as it happens."),
    Entry(
        "conform", "yima_cli.conform:conform", PARTNERS,
        "Play the checks of conformance against your endpoint, and have the city sign that it passed.",
    ),
    Entry(
        "sandbox", "yima_cli.sandbox:sandbox", PARTNERS,
        "A sandbox of your own: fictional residents, a clock you move, faults you ask for; nothing in it is real.",
    ),
    Entry("statement", "yima_cli.partner:statement", PARTNERS, "Show a partner's account as it stands now."),
    Entry("statements", "yima_cli.statements:statements", PARTNERS, "Statements as issued: fetch, confirm, dispute."),
    Entry("erasures", "yima_cli.erasures:erasures", PARTNERS, "What has to be erased after a consent's end."),
    Entry(
        "codes", "yima_cli.terminology:codes", EVERYBODY,
        "Tables of codes and maps of local ones: load, look up, translate, approve.",
    ),
    Entry(
        "quality", "yima_cli.quality:quality", EVERYBODY,
        "How good stored data is: rules, findings, grades, reports; and which data there is.",
    ),
    Entry(
        "indicators", "yima_cli.indicators:indicators", OPERATORS,
        "How the city does, month by month: partners, orders, money, the use of data.",
    ),
    Entry("laws", "yima_cli.laws:laws", OPERATORS, "What the law lets whom see of everybody, without consent."),
    Entry(
        "trust-list", "yima_cli.trust_lists:trust_list", OPERATORS,
        "Which cities' health codes are honoured: show, propose, approve, and sign a list.",
    ),
    Entry("audit", "yima_cli.audit:audit", OPERATORS, "Verify that the access log is what was signed."),
    Entry(
        "freeze", "yima_cli.freezes:freeze", OPERATORS,
        "What a regulator freezes: partners, offerings, practitioners, accounts.",
    ),
    Entry("ledger", "yima_cli.books:ledger", OPERATORS, "The ledger as a whole: verify, close months, seals."),
    Entry("reconcile", "yima_cli.bank:reconcile", OPERATORS, "Compare the ledger with the bank and the provider."),
    Entry("payouts", "yima_cli.bank:payouts", OPERATORS, "How partners are paid, and files for the bank."),
    Entry("cases", "yima_cli.cases:cases", OPERATORS, "Money that did not move as it should: list, take, settle."),
    Entry("risk", "yima_cli.books:risk", OPERATORS, "Risk tiers: how long money is held, what is reserved."),
    Entry("invoices", "yima_cli.books:invoices", OPERATORS, "What partners were asked to pay."),
    Entry("disputes", "yima_cli.books:disputes", OPERATORS, "Disputes about the money of an order."),
    Entry("proposals", "yima_cli.proposals:proposals", OPERATORS, "What takes two people: list, approve, reject."),
)  # fmt: skip


class Group(click.Group):
    """Commands under one name, whose list cuts no sentence off."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        commands = [(name, command.get_short_help_str(limit=SENTENCE_MAX)) for name, command in self.commands.items()]
        with formatter.section("Commands"):
            formatter.write_dl(commands)


@cache
def plugins() -> tuple[ModuleType, ...]:
    """The modules that add commands, of whatever is installed."""
    return tuple(point.load() for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda point: point.name))


@cache
def table() -> dict[str, Entry]:
    """Every top command by name, in the order of help."""
    known = [*COMMANDS, *(entry for plugin in plugins() for entry in plugin.COMMANDS)]
    return {entry.name: entry for section in SECTIONS for entry in known if entry.section == section}


def sections() -> Iterator[tuple[str, list[Entry]]]:
    """The commands of each section that has some."""
    for section in SECTIONS:
        if entries := [entry for entry in table().values() if entry.section == section]:
            yield section, entries
