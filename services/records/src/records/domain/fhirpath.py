"""FHIRPath, as far as views need it: an expression is compiled once to functions, and then run over many resources.

The subset is that of SQL on FHIR v2, with `last`, `count`, `startsWith` and `substring` beside it. It has no
`%resource` and nothing that looks upwards or at all descendants, so that an expression costs at most its own length
times the size of the resource. Nothing in it is a pattern, and nothing is looked up.

Values are those of JSON. A collection is a list, empty where there is nothing.
"""

import calendar
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, NamedTuple, cast

EXPRESSION_LENGTH_MAX = 1_000
DEPTH_MAX = 25
INDEX_MAX = 100_000
TEXT_LENGTH_MAX = 100_000  # of a text that is put together

# The types that an element such as `value[x]` may be of; its name in JSON ends with the type's.
CHOICES = frozenset(
    """
    Base64Binary Boolean Canonical Code Date DateTime Decimal Id Instant Integer Markdown Oid PositiveInt String Time
    UnsignedInt Uri Url Uuid Address Age Annotation Attachment CodeableConcept Coding ContactPoint Count Distance
    Duration HumanName Identifier Money Period Quantity Range Ratio Reference SampledData Signature Timing Meta
    Contributor DataRequirement Expression ParameterDefinition RelatedArtifact TriggerDefinition UsageContext Dosage
    ContactDetail
    """.split()  # noqa: SIM905 a list of words reads better
)
DATES = frozenset(("birthDate", "expirationDate", "date", "approvalDate", "lastReviewDate"))  # elements that are days
NUMBERS = frozenset(("integer", "positiveInt", "unsignedInt", "decimal", "integer64"))
TOKEN = re.compile(
    r"""\s*(?:
    (?P<string>'(?:[^'\\]|\\.)*+') |
    (?P<moment>@T?[0-9][0-9T:.+\-Z]*+) |
    (?P<number>[0-9]++(?:\.[0-9]++)?) |
    (?P<constant>%(?:[A-Za-z_][A-Za-z0-9_]*+|`[^`]*+`)) |
    (?P<name>[A-Za-z_][A-Za-z0-9_]*+|`[^`]*+`|\$this\b) |
    (?P<operator><=|>=|!=|[-+*/&=<>.,()\[\]])
    )\s*""",
    re.VERBOSE,
)
MOMENT = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)(?:T(?P<hour>\d\d)(?::(?P<minute>\d\d)"
    r"(?::(?P<second>\d\d)(?:\.(?P<fraction>\d{1,9}))?)?)?(?P<zone>Z|[+-]\d\d:\d\d)?)?)?)?"
)
CLOCK_TIME = re.compile(r"(?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.(?P<fraction>\d{1,9}))?)?")
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "f": "\f"}

type Values = list[Any]
type Run = Callable[[Values, int], Values]  # what is looked at, and which row it is of the nearest iteration


class PathInvalid(Exception):
    """The expression is not one that can be compiled."""


class PathMismatch(Exception):
    """The resource is not such that the expression says something of it."""


class Token(NamedTuple):
    """A token: its kind, and its text."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Compiled:
    """A compiled expression, and what is known of the type of its values; empty where nothing is."""

    run: Run
    kind: str = ""
    member: tuple["Compiled", str] | None = None  # whose element of which name, where it is one


def compile_path(expression: str, constants: Mapping[str, Any]) -> Run:
    """The function that an expression is. Raises `PathInvalid`."""
    if not isinstance(expression, str) or not 1 <= len(expression) <= EXPRESSION_LENGTH_MAX:
        raise PathInvalid(f"must have 1 to {EXPRESSION_LENGTH_MAX} characters")
    parser = Parser(tokens(expression), constants)
    compiled = parser.expression(0)
    if parser.next.kind != "end":
        raise PathInvalid(f"nothing may follow where {parser.next.text!r} does")
    return compiled.run


def tokens(expression: str) -> list[Token]:
    read, index = [], 0
    while index < len(expression):
        match = TOKEN.match(expression, index)
        if match is None or match.lastgroup is None:
            raise PathInvalid(f"cannot be read from character {index + 1} on")
        read.append(Token(match.lastgroup, match[match.lastgroup]))
        index = match.end()
    return [*read, Token("end", "the end")]


# How strongly operators bind, the weakest first.
BINDS = {
    "or": 1, "xor": 1, "and": 2, "=": 3, "!=": 3, "<": 4, "<=": 4, ">": 4, ">=": 4, "+": 5, "-": 5, "&": 5,
    "*": 6, "/": 6, "div": 6, "mod": 6,
}  # fmt: skip
UNARY = 7


class Parser:
    """Reads an expression once, from left to right."""

    def __init__(self, tokens: Sequence[Token], constants: Mapping[str, Any]) -> None:
        self.tokens = tokens
        self.constants = constants
        self.index = 0
        self.depth = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.index]

    def take(self) -> Token:
        token = self.next
        self.index += 1
        return token

    def takes(self, text: str) -> bool:
        if self.next.kind == "operator" and self.next.text == text:
            self.index += 1
            return True
        return False

    def expect(self, text: str) -> None:
        if not self.takes(text):
            raise PathInvalid(f"{text!r} must stand where {self.next.text!r} does")

    def expression(self, binds: int) -> Compiled:
        self.depth += 1
        if self.depth > DEPTH_MAX:
            raise PathInvalid(f"is nested deeper than {DEPTH_MAX} levels")
        left = self.unary()
        while self.next.kind in ("operator", "name") and BINDS.get(self.next.text, 0) > binds:
            sign = self.take().text
            left = binary(sign, left, self.expression(BINDS[sign]))
        self.depth -= 1
        return left

    def unary(self) -> Compiled:
        if self.takes("-"):
            return negated(self.expression(UNARY))
        if self.takes("+"):
            return self.expression(UNARY)
        return self.postfix(self.term())

    def term(self) -> Compiled:
        token = self.take()
        match token.kind:
            case "string":
                return constant(unescaped(token.text[1:-1]), "string")
            case "number":
                return constant(Decimal(token.text) if "." in token.text else int(token.text))
            case "moment":
                return constant(moment_literal(token.text[1:]), "dateTime")
            case "constant":
                return self.constant(token.text[1:].strip("`"))
            case "operator" if token.text == "(":
                inner = self.expression(0)
                self.expect(")")
                return inner
            case "name":
                return self.named(token.text)
        raise PathInvalid(f"a value must stand where {token.text!r} does")

    def named(self, text: str) -> Compiled:
        if text == "$this":
            return Compiled(lambda items, _: items)
        if text in ("true", "false"):
            return constant(text == "true", "boolean")
        return self.step(Compiled(lambda items, _: items), text)

    def constant(self, name: str) -> Compiled:
        if name == "rowIndex":
            return Compiled(lambda _, row: [row])
        if name not in self.constants:
            raise PathInvalid(f"there is no constant {name[:40]!r}")
        return constant(self.constants[name])

    def postfix(self, inner: Compiled) -> Compiled:
        while True:
            if self.takes("."):
                token = self.take()
                if token.kind != "name":
                    raise PathInvalid(f"a name must stand where {token.text!r} does")
                inner = self.step(inner, token.text)
            elif self.takes("["):
                index = self.expression(0)
                self.expect("]")
                inner = indexed(inner, index)
            else:
                return inner

    def step(self, inner: Compiled, name: str) -> Compiled:
        if self.takes("("):
            return self.function(inner, name)
        return element(inner, name.strip("`"))

    def function(self, inner: Compiled, name: str) -> Compiled:
        arguments: list[Compiled | str] = []
        while not self.takes(")"):
            if arguments:
                self.expect(",")
            if name in TAKE_A_TYPE and self.next.kind == "name":
                arguments.append(self.type_name())
            else:
                arguments.append(self.expression(0))
        function = FUNCTIONS.get(name)
        if function is None:
            raise PathInvalid(f"there is no function {name[:40]!r}; there are {', '.join(sorted(FUNCTIONS))}")
        least, most, made = function
        if not least <= len(arguments) <= most:
            raise PathInvalid(f"{name} takes {least} to {most} arguments" if most else f"{name} takes no argument")
        return made(inner, *arguments)

    def type_name(self) -> str:
        name = self.take().text.strip("`")
        if self.takes("."):  # FHIR.Quantity, System.String
            name = self.take().text.strip("`")
        return name


def constant(value: Any, kind: str = "") -> Compiled:
    values = [value]
    return Compiled(lambda _items, _row: values, kind)


def moment_literal(text: str) -> str:
    if MOMENT.fullmatch(text.rstrip("T")) is None and CLOCK_TIME.fullmatch(text.removeprefix("T")) is None:
        raise PathInvalid("a date or time is written as FHIR writes it")
    return text.removeprefix("T").rstrip("T")


def unescaped(text: str) -> str:
    def replaced(match: re.Match[str]) -> str:
        if match[1].startswith("u"):
            return chr(int(match[1][1:], 16))
        return ESCAPES.get(match[1], match[1])

    return re.sub(r"\\(u[0-9A-Fa-f]{4}|.)", replaced, text, flags=re.DOTALL)


def element(inner: Compiled, name: str) -> Compiled:
    """An element of each item: of that name, or one of its types where it has several."""
    before, length = inner.run, len(name)

    def run(items: Values, row: int) -> Values:
        values: Values = []
        for item in before(items, row):
            if not isinstance(item, dict):
                continue
            value = item.get(name)
            if value is None:
                value = next((item[key] for key in item if key.startswith(name) and key[length:] in CHOICES), None)
            if isinstance(value, list):
                values += [each for each in value if each is not None]
            elif value is not None:
                values.append(value)
        return values

    def resource_type(items: Values, row: int) -> Values:
        """The first name of a path may be that of the resource's type."""
        held = before(items, row)
        if len(held) == 1 and isinstance(held[0], dict) and held[0].get("resourceType") == name:
            return held
        return run(items, row)

    kind = "date" if name in DATES else ""
    return Compiled(resource_type if name[:1].isupper() else run, kind, (inner, name))


def typed_element(inner: Compiled, name: str, kind: str) -> Compiled:
    """`value.ofType(Quantity)`: what JSON calls `valueQuantity`, or what is called `value` and is of the type."""
    before, called = inner.run, name + kind[:1].upper() + kind[1:]

    def run(items: Values, row: int) -> Values:
        values: Values = []
        for item in before(items, row):
            if not isinstance(item, dict):
                continue
            value = item.get(called)
            if value is None:
                value = item.get(name)
                value = [each for each in (value if isinstance(value, list) else [value]) if is_of_type(each, kind)]
            if isinstance(value, list):
                values += [each for each in value if each is not None]
            else:
                values.append(value)
        return values

    return Compiled(run, kind)


def is_of_type(value: Any, kind: str) -> bool:
    """Is it, as far as JSON says so?"""
    if isinstance(value, bool):
        return kind in ("boolean", "Boolean")
    if isinstance(value, int):
        return kind in NUMBERS or kind in ("Integer", "Decimal")
    if isinstance(value, (float, Decimal)):
        return kind in ("decimal", "Decimal")
    if isinstance(value, str):
        return kind == "String" or (kind[:1].islower() and kind not in NUMBERS and kind != "boolean")
    return isinstance(value, dict) and (value.get("resourceType") == kind or "resourceType" not in value)


def of_type(inner: Compiled, kind: Any) -> Compiled:
    if not isinstance(kind, str):
        raise PathInvalid("ofType takes the name of a type")
    if inner.member is not None:
        return typed_element(*inner.member, kind)
    before = inner.run
    return Compiled(lambda items, row: [item for item in before(items, row) if is_of_type(item, kind)], kind)


def indexed(inner: Compiled, index: Compiled) -> Compiled:
    before, at = inner.run, index.run

    def run(items: Values, row: int) -> Values:
        held, which = before(items, row), at(items, row)
        if not which:
            return []
        if len(which) != 1 or type(which[0]) is not int or not 0 <= which[0] <= INDEX_MAX:
            raise PathMismatch("an index is one whole number")
        return held[which[0] : which[0] + 1]

    return Compiled(run, inner.kind)


def truth(values: Values) -> bool | None:
    """True, false, or None for nothing. A single value that is no boolean counts as true."""
    if not values:
        return None
    if len(values) > 1:
        raise PathMismatch("one value is needed, and there are several")
    return values[0] if isinstance(values[0], bool) else True


def where(inner: Compiled, criterion: Any) -> Compiled:
    before, holds = inner.run, as_expression(criterion, "where")
    return Compiled(
        lambda items, row: [item for item in before(items, row) if truth(holds([item], row))], inner.kind, inner.member
    )


def exists(inner: Compiled, criterion: Any = None) -> Compiled:
    run = (where(inner, criterion) if criterion is not None else inner).run
    return Compiled(lambda items, row: [bool(run(items, row))], "boolean")


def empty(inner: Compiled) -> Compiled:
    run = inner.run
    return Compiled(lambda items, row: [not run(items, row)], "boolean")


def negation(inner: Compiled) -> Compiled:
    run = inner.run

    def negate(items: Values, row: int) -> Values:
        held = truth(run(items, row))
        return [] if held is None else [not held]

    return Compiled(negate, "boolean")


def first(inner: Compiled) -> Compiled:
    run = inner.run
    return Compiled(lambda items, row: run(items, row)[:1], inner.kind)


def last(inner: Compiled) -> Compiled:
    run = inner.run
    return Compiled(lambda items, row: run(items, row)[-1:], inner.kind)


def count(inner: Compiled) -> Compiled:
    run = inner.run
    return Compiled(lambda items, row: [len(run(items, row))], "integer")


def join(inner: Compiled, separator: Any = None) -> Compiled:
    run, between = inner.run, as_expression(separator, "join") if separator is not None else None

    def joined(items: Values, row: int) -> Values:
        held = run(items, row)
        with_what = between(items, row) if between else [""]
        if not all(isinstance(each, str) for each in (*held, *with_what)) or len(with_what) != 1:
            raise PathMismatch("join takes text")
        return [bounded(with_what[0].join(held))]

    return Compiled(joined, "string")


def extension(inner: Compiled, url: Any) -> Compiled:
    named = as_expression(url, "extension")

    def run(items: Values, row: int) -> Values:
        expected = named(items, row)
        held = extensions(items, row)
        return [each for each in held if isinstance(each, dict) and [each.get("url")] == expected]

    extensions = element(inner, "extension").run
    return Compiled(run)


def resource_key(inner: Compiled) -> Compiled:
    run = inner.run
    return Compiled(
        lambda items, row: [
            f"{item['resourceType']}/{item['id']}"
            for item in run(items, row)
            if isinstance(item, dict) and {"resourceType", "id"} <= item.keys()
        ],
        "string",
    )


def reference_key(inner: Compiled, kind: Any = "") -> Compiled:
    if not isinstance(kind, str):
        raise PathInvalid("getReferenceKey takes the name of a type")
    run = inner.run

    def keys(items: Values, row: int) -> Values:
        values: Values = []
        for item in run(items, row):
            reference = item.get("reference") if isinstance(item, dict) else None
            parts = reference.split("/") if isinstance(reference, str) else []
            if len(parts) >= 2 and kind in ("", parts[-2]):
                values.append(f"{parts[-2]}/{parts[-1]}")
        return values

    return Compiled(keys, "string")


def starts_with(inner: Compiled, prefix: Any) -> Compiled:
    run, begins = inner.run, as_expression(prefix, "startsWith")

    def starts(items: Values, row: int) -> Values:
        held, beginning = one_text(run(items, row)), one_text(begins(items, row))
        return [] if held is None or beginning is None else [held.startswith(beginning)]

    return Compiled(starts, "boolean")


def substring(inner: Compiled, start: Any, length: Any = None) -> Compiled:
    run, begin = inner.run, as_expression(start, "substring")
    size = as_expression(length, "substring") if length is not None else None

    def part(items: Values, row: int) -> Values:
        held = one_text(run(items, row))
        numbers = [begin(items, row), size(items, row) if size else [INDEX_MAX]]
        if held is None or [] in numbers:
            return []
        if any(len(each) != 1 or type(each[0]) is not int for each in numbers):
            raise PathMismatch("substring takes whole numbers")
        at, so_many = numbers[0][0], numbers[1][0]
        return [held[at : at + max(0, so_many)]] if 0 <= at < len(held) else []

    return Compiled(part, "string")


def one_text(values: Values) -> str | None:
    if not values:
        return None
    if len(values) > 1 or not isinstance(values[0], str):
        raise PathMismatch("one text is needed")
    return values[0]


def as_expression(argument: Any, name: str) -> Run:
    if not isinstance(argument, Compiled):
        raise PathInvalid(f"{name} takes an expression")
    return argument.run


def boundary(inner: Compiled, high: bool) -> Compiled:
    """The earliest or latest, least or greatest that a value may be, by how exactly it is said."""
    run = inner.run

    def bound(items: Values, row: int) -> Values:
        held = run(items, row)
        if not held:
            return []
        if len(held) > 1:
            raise PathMismatch("one value is needed, and there are several")
        value = held[0]
        if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
            return [number_boundary(value, high)]
        if isinstance(value, str):
            return [moment_boundary(value, inner.kind, high)]
        raise PathMismatch("a boundary is of a number or a moment")

    return Compiled(bound, inner.kind)


def number_boundary(value: float | Decimal, high: bool) -> Decimal:
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    exponent = exact.as_tuple().exponent
    half = Decimal(5).scaleb((exponent if isinstance(exponent, int) else 0) - 1)
    return exact + half if high else exact - half


def moment_boundary(text: str, kind: str, high: bool) -> str:
    time = CLOCK_TIME.fullmatch(text)
    if time is not None:
        return clock_time(time, high)
    match = MOMENT.fullmatch(text)
    if match is None:
        raise PathMismatch("a boundary is of a number or a moment")
    year, month = int(match["year"]), int(match["month"] or (12 if high else 1))
    if not 1 <= month <= 12 or not 1 <= year <= 9999:
        raise PathMismatch("a month is 1 to 12")
    day = int(match["day"] or (calendar.monthrange(year, month)[1] if high else 1))
    dated = f"{year:04d}-{month:02d}-{day:02d}"
    if kind == "date":
        return dated
    zone = match["zone"] or ("-12:00" if high else "+14:00")
    return f"{dated}T{clock_time(match, high)}{zone}"


def clock_time(match: re.Match[str], high: bool) -> str:
    hour, minute, second = match["hour"], match["minute"], match["second"]
    if hour is None:
        return "23:59:59.999" if high else "00:00:00.000"
    fraction = (match["fraction"] or "")[:3].ljust(3, "9" if high else "0")
    return f"{hour}:{minute or ('59' if high else '00')}:{second or ('59' if high else '00')}.{fraction}"


def negated(inner: Compiled) -> Compiled:
    return binary("-", constant(0), inner)


def number(value: Any) -> float | Decimal:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        raise PathMismatch("a number is needed")
    return value


def divided(a: Any, b: Any, how: Callable[[Any, Any], Any]) -> Values:
    return [how(a, b)] if b else []


CALCULATIONS: Mapping[str, Callable[[Any, Any], Values]] = {
    "+": lambda a, b: [a + b],
    "-": lambda a, b: [a - b],
    "*": lambda a, b: [a * b],
    "/": lambda a, b: divided(a, b, operator.truediv),
    "div": lambda a, b: divided(a, b, lambda left, right: int(left / right)),
    "mod": lambda a, b: divided(a, b, operator.mod),
}


def calculated(sign: str, left: Any, right: Any) -> Values:
    if sign == "&" or (sign == "+" and isinstance(left, str) and isinstance(right, str)):
        return [bounded(f"{left}{right}")]
    a, b = number(left), number(right)
    if isinstance(a, Decimal) != isinstance(b, Decimal):
        a, b = Decimal(str(a)), Decimal(str(b))
    try:
        return CALCULATIONS[sign](a, b)
    except ArithmeticError:
        return []


def bounded(text: str) -> str:
    if len(text) > TEXT_LENGTH_MAX:
        raise PathMismatch(f"a text has more than {TEXT_LENGTH_MAX} characters")
    return text


ORDERS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def binary(sign: str, left: Compiled, right: Compiled) -> Compiled:
    a, b = left.run, right.run
    match sign:
        case "and" | "or" | "xor":
            return logical(sign, a, b)
        case "=" | "!=":
            return equality(sign == "=", left, right)
        case "<" | "<=" | ">" | ">=":
            return comparison(ORDERS[sign], a, b)

    def calculate(items: Values, row: int) -> Values:
        first_values, second_values = a(items, row), b(items, row)
        if not first_values or not second_values:
            return []
        if len(first_values) > 1 or len(second_values) > 1:
            raise PathMismatch("one value is needed, and there are several")
        return calculated(sign, first_values[0], second_values[0])

    return Compiled(calculate)


def logical(sign: str, a: Run, b: Run) -> Compiled:
    def both(items: Values, row: int) -> Values:
        first_truth = truth(a(items, row))
        if first_truth is False:
            return [False]
        second_truth = truth(b(items, row))
        if second_truth is False:
            return [False]
        return [True] if first_truth and second_truth else []

    def either(items: Values, row: int) -> Values:
        first_truth = truth(a(items, row))
        if first_truth:
            return [True]
        second_truth = truth(b(items, row))
        if second_truth:
            return [True]
        return [False] if first_truth is False and second_truth is False else []

    def not_both(items: Values, row: int) -> Values:
        first_truth, second_truth = truth(a(items, row)), truth(b(items, row))
        return [] if first_truth is None or second_truth is None else [first_truth != second_truth]

    return Compiled({"and": both, "or": either, "xor": not_both}[sign], "boolean")


def is_moment(kind: str) -> bool:
    return kind in ("date", "dateTime", "instant")


def equality(equal: bool, left: Compiled, right: Compiled) -> Compiled:
    a, b = left.run, right.run
    by_clock = is_moment(left.kind) or is_moment(right.kind)

    def equals(items: Values, row: int) -> Values:
        first_values, second_values = a(items, row), b(items, row)
        if not first_values or not second_values:
            return []
        if len(first_values) != len(second_values):
            return [not equal]
        for first, second in zip(first_values, second_values, strict=True):
            if by_clock and isinstance(first, str) and isinstance(second, str):
                order = compare_moments(first, second)
                if order is None:
                    return []
                if order:
                    return [not equal]
            elif not same(first, second):
                return [not equal]
        return [equal]

    return Compiled(equals, "boolean")


def same(left: Any, right: Any) -> bool:
    if isinstance(left, bool) != isinstance(right, bool):
        return False
    if isinstance(left, (float, Decimal)) and isinstance(right, (float, Decimal)):
        return Decimal(str(left)) == Decimal(str(right))
    return bool(left == right)


def comparison(holds: Callable[[Any, Any], bool], a: Run, b: Run) -> Compiled:
    def compare(items: Values, row: int) -> Values:
        first_values, second_values = a(items, row), b(items, row)
        if not first_values or not second_values:
            return []
        if len(first_values) > 1 or len(second_values) > 1:
            raise PathMismatch("one value is needed, and there are several")
        first, second = first_values[0], second_values[0]
        if isinstance(first, str) and isinstance(second, str):
            if MOMENT.fullmatch(first) and MOMENT.fullmatch(second):
                order = compare_moments(first, second)
                return [] if order is None else [holds(order, 0)]
            return [holds(first, second)]
        return [holds(number(first), number(second))]

    return Compiled(compare, "boolean")


def compare_moments(left: str, right: str) -> int | None:
    """-1, 0 or 1; None where they are said too differently to know."""
    a, b = MOMENT.fullmatch(left), MOMENT.fullmatch(right)
    if a is None or b is None:
        return (left > right) - (left < right)
    if a["hour"] and b["hour"] and bool(a["zone"]) == bool(b["zone"]):
        first_moment, second_moment = to_utc(a), to_utc(b)
        return (first_moment > second_moment) - (first_moment < second_moment)
    parts = ("year", "month", "day", "hour", "minute")
    for part in parts:
        if a[part] is None or b[part] is None:
            return 0 if a[part] is b[part] else None
        if a[part] != b[part]:
            return 1 if a[part] > b[part] else -1
    return None


def to_utc(match: re.Match[str]) -> datetime:
    zone = match["zone"]
    offset = UTC
    if zone and zone != "Z":
        minutes = int(zone[1:3]) * 60 + int(zone[4:6])
        offset = cast(Any, timezone(timedelta(minutes=-minutes if zone[0] == "-" else minutes)))
    try:
        return datetime(
            int(match["year"]),
            int(match["month"]),
            int(match["day"]),
            int(match["hour"]),
            int(match["minute"] or 0),
            int(match["second"] or 0),
            int((match["fraction"] or "")[:6].ljust(6, "0")),
            offset,
        ).astimezone(UTC)
    except (ValueError, OverflowError):
        raise PathMismatch("it is no moment") from None


TAKE_A_TYPE = frozenset(("ofType", "getReferenceKey"))
FUNCTIONS: Mapping[str, tuple[int, int, Callable[..., Compiled]]] = {
    "count": (0, 0, count),
    "empty": (0, 0, empty),
    "exists": (0, 1, exists),
    "extension": (1, 1, extension),
    "first": (0, 0, first),
    "getReferenceKey": (0, 1, reference_key),
    "getResourceKey": (0, 0, resource_key),
    "highBoundary": (0, 0, lambda inner: boundary(inner, True)),
    "join": (0, 1, join),
    "last": (0, 0, last),
    "lowBoundary": (0, 0, lambda inner: boundary(inner, False)),
    "not": (0, 0, negation),
    "ofType": (1, 1, of_type),
    "startsWith": (1, 1, starts_with),
    "substring": (1, 2, substring),
    "where": (1, 1, where),
}
