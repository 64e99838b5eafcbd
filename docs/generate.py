"""Write what the code says of itself.

`docs/events.md` (every event, who publishes it, who hears it, what it carries) comes from the contracts,
`docs/processes.md` (how orders move) from ordering's processes, `docs/problems.md` (every refusal) from the refusals,
`docs/adr/README.md` from the decisions, `docs/settings.md` from the settings' classes, `docs/routes.md` (who may call
what) from the contracts, `docs/records.md` (what a record has) from its kinds, `docs/webhook-events.md` from the
contract of webhooks. A code that was promised to clients is
changed or removed only with `--break`.
"""

import ast
import importlib
import inspect
import json
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from chassis.problems import kinds, status_of
from chassis.routes import DUTIES, duties_needed, policy
from chassis.settings import Settings, default_url, url_variable
from city_pack.information import INFORMATION_TYPES
from city_pack.settings import Settings as CitySettings
from gateway.answers import STATUS
from gateway.policy import CONTRACTS
from google.protobuf.descriptor import Descriptor
from notifications.domain.event_types import EVENT_TYPES, data_schema
from ordering.domain.process import Process, processes
from pydantic import BaseModel
from pydantic_settings import BaseSettings
from records.domain.kinds import CATEGORIES, DIAGNOSTIC_SERVICES, KINDS
from records.domain.releases import HELD_BACK
from records.domain.resources import TAG_SYSTEM
from yima.common.v1.route_pb2 import Duty, GuardianAct, Role, Route, Scope
from yima.services import SERVICES

HERE = Path(__file__).parent
SOURCES = HERE.parent / "proto" / "yima"
UNEXPECTED = 500  # what answers an exception that nobody foresaw


def main() -> int:
    if "--check" not in sys.argv and "--break" not in sys.argv and (broken := broken_promises(HERE / "problems.md")):
        sys.stderr.write("\n".join(broken) + "\nThis would break clients. Keep the code, or write it with --break.\n")
        return 1
    if unanswered := [f"{code} of {who}" for (who, code), (status, _) in refusals().items() if status == UNEXPECTED]:
        sys.stderr.write(f"{', '.join(unanswered)}: say with which status, in `refusals` of the service's `Api`.\n")
        return 1
    pages = {
        "events.md": render(),
        "processes.md": render_processes(),
        "problems.md": render_problems(),
        "adr/README.md": render_decisions(),
        "settings.md": render_settings(),
        "routes.md": render_routes(),
        "records.md": render_records(),
        "../clients/python/src/yima_client/problems.py": render_problem_classes(),
        "../clients/typescript/src/problems.ts": render_problem_codes(),
        "webhook-events.md": render_webhook_events(),
    }
    stale = 0
    for name, text in pages.items():
        path = HERE / name
        if "--check" not in sys.argv:
            path.write_text(text, "utf-8")
        elif not path.exists() or path.read_text("utf-8") != text:
            sys.stderr.write(f"{path.resolve().relative_to(HERE.parent)} is stale: run `make proto`\n")
            stale = 1
    return stale


def render_records() -> str:
    lines = [
        "# What a record has",
        "",
        "Generated from `services/records/src/records/domain/kinds.py`; do not edit. Institutions send FHIR R4",
        "resources of these kinds; each is checked against HL7's models and R4's required bindings, its units against",
        "UCUM, and kept as it was sent, to the byte. Its patient has to be the resident, and it says of when it is.",
        "",
        "| kind | its patient | of when it is: the first of | what consent knows it as |",
        "|---|---|---|---|",
        *(
            f"| {kind} | `{rules.subject}` | {ticked(rules.dates)} | {rules.information_type or 'by its category'} |"
            for kind, rules in KINDS.items()
        ),
        "",
        f"What is of another type of information says so in a tag, `meta.tag` with the system `{TAG_SYSTEM}`.",
        "Its code is one of:",
        f"{ticked(sorted(INFORMATION_TYPES))}.",
        "",
        "| category | of | known as |",
        "|---|---|---|",
        *(f"| `{code}` | Observation, DiagnosticReport | {known} |" for code, known in CATEGORIES.items()),
        *(f"| `{code}` | DiagnosticReport | {known} |" for code, known in DIAGNOSTIC_SERVICES.items()),
        "",
        f"Held back unless a reader names the status: {ticked(sorted(HELD_BACK))}.",
    ]
    return "\n".join(lines) + "\n"


def render_webhook_events() -> str:
    lines = [
        "# Events of webhooks",
        "",
        "Generated from `proto/yima/notifications/v1/webhooks.proto`; do not edit. How they are sent is in",
        "[webhooks.md](webhooks.md). The JSON Schema of each is at `webhookEventTypes`.",
        "",
        "| type | says | `data` has |",
        "|---|---|---|",
        *(
            f"| `{kind.name}` | {kind.description} | {ticked(data_schema(kind.contract)['properties'])} |"
            for kind in EVENT_TYPES.values()
        ),
        "",
    ]
    return "\n".join(lines)


def ticked(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def render_processes() -> str:
    lines = [
        "# How orders move",
        "",
        "Generated from `services/ordering/src/ordering/domain/processes.toml`; do not edit. An order follows one",
        "process in one version to its end. A party is named where it may take the step; `clock` is a deadline that",
        "has passed.",
    ]
    for process in processes().values():
        lines += ["", *drawn(process)]
    return "\n".join(lines) + "\n"


def drawn(process: Process) -> list[str]:
    revoked = "cancels it" if process.cancelled_when_revoked else "leaves it to go on without the data"
    alone = ", ".join(sorted(process.objection))
    kinds, proofs = ", ".join(sorted(process.covers)), ", ".join(sorted(process.proofs))
    return [
        f"## {process.name}",
        "",
        f"For offerings of kind {kinds}. Services are proven by {proofs}.",
        *([f"The resident may object to proofs by {alone} before money is taken."] if alone else []),
        f"Consent revoked after the confirmation {revoked}.",
        "",
        "```mermaid",
        process.mermaid(),
        "```",
    ]


def render_decisions() -> str:
    lines = [
        "# Decisions",
        "",
        "Generated from the pages beside it; do not edit. A page answers what a newcomer would ask why about: context,",
        "decision, consequences, alternatives. Numbers go by area: 0001 what everything stands on, 0200 money, 0400",
        "orders, 0600 the city, its data and consent, 0700 the bus and what is taken in. A decision that no longer",
        "holds stays, with the status `superseded by` and the number.",
        "",
        "| number | decision | status |",
        "|---|---|---|",
    ]
    for path in sorted((HERE / "adr").glob("[0-9]*.md")):
        head, _, status, *_ = path.read_text("utf-8").splitlines()
        number, _, title = head.removeprefix("# ").partition(" ")
        lines.append(f"| [{number}]({path.name}) | {title} | {status.removeprefix('Status: ')} |")
    return "\n".join(lines) + "\n"


def render_routes() -> str:
    lines = [
        "# Who may call what",
        "",
        "Generated from the contracts; do not edit. A person has a role, and a person of an operator, a partner or a",
        "regulator has duties; one of those named beside the role is needed. Where none is named, the role is enough.",
        "A partner's system has an API key in place of a person, and its scope in place of duties. Whose things a",
        "caller reaches with it, the services decide: their own, their partner's, or all. What is grave needs a second",
        "factor that was used a few minutes ago, of whoever has one",
        "([0028](adr/0028-what-is-grave-needs-a-fresh-factor.md)). A guardian acts on a route",
        "for those dependants for whom they may do one of the acts beside it; where none is named, for nobody else.",
        "",
        "| role | duties |",
        "|---|---|",
        *(f"| {role_name(role)} | {duties_named(duties)} |" for role, duties in DUTIES.items()),
    ]
    for service, contract in CONTRACTS.items():
        lines += [
            "",
            f"## {service}",
            "",
            "| method | route | roles, with their duties | API key | grave | a guardian's acts |",
            "|---|---|---|---|---|---|",
        ]
        for method in contract.methods:
            verb, path, route = policy(method)
            scope = Scope.Name(route.scope).removeprefix("SCOPE_").lower() if route.scope else ""
            grave = "yes" if route.step_up else ""
            acts = ", ".join(GuardianAct.Name(act).removeprefix("GUARDIAN_ACT_").lower() for act in route.acts)
            lines.append(f"| {method.name} | `{verb} {path}` | {callers(route)} | {scope} | {grave} | {acts} |")
    return "\n".join(lines) + "\n"


def callers(route: Route) -> str:
    """Who may call a route, e.g. `resident, partner (desk, owner)`."""
    if route.public:
        return "everybody"
    needs = [(role_name(role), duties_needed(route.duties, role)) for role in route.roles]
    return ", ".join(f"{role} ({duties_named(duties)})" if duties else role for role, duties in needs)


def role_name(role: Role) -> str:
    return Role.Name(role).removeprefix("ROLE_").lower()


def duties_named(duties: Iterable[Duty]) -> str:
    return ", ".join(sorted(Duty.Name(duty).removeprefix("DUTY_").lower() for duty in duties))


class Unexplained(Exception):
    """A setting has no comment that says what it is."""


def render_settings() -> str:
    lines = [
        "# Settings",
        "",
        "Generated from each process's `Settings`; do not edit. What a process is told by its environment. In the",
        "chart a process's own are `<name>.settings` in the values; the chart itself sets those of every process.",
        "Without a default, it must be set.",
        "",
        "Each of them can be in a file: `YIMA_…_FILE` names it, or `YIMA_SECRETS_FOLDER` a folder of files called as",
        "the variables are. What is set twice is refused.",
    ]
    for name, classes in settings_of():
        rows = [row for kind in classes for row in settings_rows(kind)]
        if Settings in classes:
            rows += [f"| `{url_variable(name)}` | `{default_url(name)}` | Where {name} is. |" for name in SERVICES]
        if rows:
            lines += ["", f"## {name}", "", "| setting | default | what it is |", "|---|---|---|", *rows]
    return "\n".join(lines) + "\n"


def settings_of() -> Iterator[tuple[str, Sequence[type[BaseSettings]]]]:
    """Who has settings of its own, and the classes they are in."""
    yield "Every process", [Settings, CitySettings]
    for name in (*SERVICES, "gateway"):
        kind = vars(importlib.import_module(f"{name}.app")).get("Settings")
        if kind not in (None, CitySettings):
            yield name, [kind]
    yield "The sandbox provider", [importlib.import_module("settlement.provider.sandbox.settings").Settings]
    yield "The sandbox registers", [importlib.import_module("identity.registers.sandbox").Settings]
    yield "The sandbox carriers", [importlib.import_module("notifications.carriers.sandbox").Settings]


def settings_rows(kind: type[BaseSettings]) -> Iterator[str]:
    """The settings a class declares itself: what each is stands in a comment, behind it or above."""
    source = inspect.getsource(kind).splitlines()
    (declared,) = ast.parse("\n".join(source)).body
    assert isinstance(declared, ast.ClassDef)
    prefix = str(kind.model_config.get("env_prefix", ""))
    for statement in declared.body:
        if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
            continue
        name = statement.target.id
        if name == "model_config" or name.startswith("_"):
            continue
        meaning = source[statement.end_lineno - 1 if statement.end_lineno else 0].partition("  # ")[2]
        above = source[statement.lineno - 2].strip()
        if not meaning and above.startswith("# "):
            meaning = above.removeprefix("# ")
        if not meaning:
            raise Unexplained(f"{kind.__module__}.{kind.__qualname__}.{name}: say in a comment what it is")
        field = kind.model_fields[name]
        shown = "" if field.is_required() else "empty" if field.default == "" else f"`{spoken(field.default)}`"
        yield f"| `{prefix}{name.upper()}` | {shown} | {meaning[0].upper()}{meaning[1:]}. |"


def spoken(default: object) -> str:
    """A default as it would be written in the environment."""
    if isinstance(default, BaseModel):
        return default.model_dump_json(exclude_defaults=True)
    return str(default).lower() if isinstance(default, bool) else str(default)


def render_problems() -> str:
    lines = [
        "# Problems",
        "",
        "Generated from the refusals in the code; do not edit. A refusal is an `application/problem+json` (RFC 9457)",
        "of type `urn:yima:problem:<code>`; in GraphQL it is a `Refused` with the same code and title. Programs branch",
        "on the code, which never changes; titles are for people, and may be put better.",
        "",
        "| answered by | code | status | title |",
        "|---|---|---|---|",
    ]
    lines += [f"| {who} | `{code}` | {status} | {title} |" for (who, code), (status, title) in refusals().items()]
    return "\n".join(lines) + "\n"


def titles() -> dict[str, str]:
    """Every code's title, once: several services may answer one."""
    return dict(sorted({code: title for (_, code), (_, title) in reversed(refusals().items())}.items()))


def render_problem_classes() -> str:
    lines = [
        '"""A class for each refusal. Generated from the refusals in the code by `make proto`; do not edit."""',
        "",
    ]
    lines += ["from yima_client.errors import Refused"]
    names = {code: "".join(word.capitalize() for word in code.split("-")) for code in titles()}
    for code, title in titles().items():
        sentence = "\n    ".join(textwrap.wrap(title, 110))
        lines += ["", "", f"class {names[code]}(Refused):", f'    """{sentence}"""']
    lines += [
        "",
        "",
        "BY_CODE: dict[str, type[Refused]] = {",
        *(f'    "{code}": {names[code]},' for code in names),
        "}",
    ]
    return "\n".join(lines) + "\n"


def render_problem_codes() -> str:
    lines = ["// Generated from the refusals in the code by `make proto`; do not edit.", ""]
    lines += ["/** What each code of a refusal means. */", "export const problems = {"]
    lines += [f"  {json.dumps(code)}: {json.dumps(title, ensure_ascii=False)}," for code, title in titles().items()]
    lines += ["} as const;", "", "/** The code of a refusal. Programs branch on it; it never changes. */"]
    return "\n".join([*lines, "export type ProblemCode = keyof typeof problems;"]) + "\n"


def refusals() -> dict[tuple[str, str], tuple[int, str]]:
    """Every refusal's status and title, by who answers it (`all` is every service and the gateway) and code."""
    rows = {("all", kind.code): (status_of(kind, {}), kind.title) for kind in kinds("chassis")}
    for service in SERVICES:
        importlib.import_module(f"{service}.app")  # which loads every module of the service
        statuses = importlib.import_module(f"{service}.api").api.refusals
        rows |= {(service, kind.code): (status_of(kind, statuses), kind.title) for kind in kinds(service)}
    importlib.import_module("gateway.app")
    return rows | {("gateway", kind.code): (status_of(kind, STATUS), kind.title) for kind in kinds("gateway")}


def broken_promises(path: Path) -> list[str]:
    """What the committed list promised and the code no longer holds: codes, and their statuses."""
    now = refusals()
    broken = []
    for line in path.read_text("utf-8").splitlines() if path.exists() else []:
        cells = [cell.strip(" `") for cell in line.strip("|").split("|")]
        if len(cells) < 4 or not cells[2].isdigit():
            continue
        status, _title = now.get((cells[0], cells[1])) or now.get(("all", cells[1]), (0, ""))
        if not status:
            broken.append(f"{cells[1]} of {cells[0]} is gone.")
        elif status != int(cells[2]):
            broken.append(f"{cells[1]} of {cells[0]} was answered with {cells[2]}, and is now with {status}.")
    return broken


def render() -> str:
    heard = hearers()
    lines = [
        "# Events",
        "",
        "Generated from `proto/` and each service's `SUBSCRIPTIONS`; do not edit. Subject: the event's full name and",
        "the aggregate's id; one stream a publishing service. No event carries anything out of a record. Events do say",
        "which service a resident ordered, and of which kind something was added to their record.",
    ]
    for service in SERVICES:
        messages = importlib.import_module(f"yima.{service}.v1.events_pb2").DESCRIPTOR.message_types_by_name
        says = comments(SOURCES / service / "v1" / "events.proto")
        lines += ["", f"## {service}", "", "| event | says | carries | heard by |", "|---|---|---|---|"]
        lines += [
            f"| `{name}` | {says.get(name, '')} | {fields(message)} | {', '.join(heard.get(message.full_name, []))} |"
            for name, message in messages.items()
            if name not in ("Standing", "FreezeInForce", "PlacedLine", "LineDue", "ToldDecision")
        ]
    return "\n".join(lines) + "\n"


def hearers() -> dict[str, list[str]]:
    """Durables by the event they hear."""
    handlers: dict[str, list[str]] = {}
    for service in SERVICES:
        for subscription in getattr(importlib.import_module(f"{service}.app"), "SUBSCRIPTIONS", []):
            for kind in subscription.handlers:
                handlers.setdefault(kind.DESCRIPTOR.full_name, []).append(f"`{subscription.durable}`")
    return handlers


def comments(path: Path) -> dict[str, str]:
    """Each message's comment in a contract."""
    entries: dict[str, str] = {}
    held: list[str] = []
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("//"):
            held.append(line.removeprefix("//").strip())
        elif line.startswith("message "):
            entries[line.split()[1]] = " ".join(held)
            held = []
        else:
            held = []
    return entries


def fields(message: Descriptor) -> str:
    return ", ".join(f"`{field.name}`" for field in message.fields)


if __name__ == "__main__":
    sys.exit(main())
