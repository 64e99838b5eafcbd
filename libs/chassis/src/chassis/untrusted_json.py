"""JSON that strangers send: decoded once, by one rule, with bounds on what it may cost and what it may say.

Refused: what is not JSON (RFC 8259), a key that is twice in one object, `NaN` and `Infinity`, numbers that no column
keeps exactly, characters that no text may have (NUL above all, however it is escaped), single surrogates, and more
depth or more values than were said. A refusal names the path, like `contained[0].text`, and never what is there.

The number of values is known before anything is made of them, so that five megabytes of empty strings cost what their
bytes do.
"""

import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from chassis.texts import UNPRINTABLE

DEPTH_MAX = 40
VALUES_MAX = 20_000
DIGITS_MAX = 28  # significant digits of a number; what Python's decimals and every database keep exactly
EXPONENT_MAX = 300  # that a float has too

# What separates values, and strings, in which nothing does. A string that does not end is left to the decoder.
SEPARATOR = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[\[{,]', re.DOTALL)
NUMBER = re.compile(r"-?([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?")
PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_\-]{0,63}")


class Unreadable(ValueError):
    """The JSON cannot be taken in. `path` is where: dotted keys and [indices], empty for the whole."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}" if path else reason)
        self.path = path
        self.reason = reason


class _Unfit:
    """Stands where something unfit was, until its path is known."""

    def __init__(self, reason: str) -> None:
        self.reason = reason


def loads(text: bytes | str, *, exact: bool = False, depth_max: int = DEPTH_MAX, values_max: int = VALUES_MAX) -> Any:
    """The value that `text` is. Numbers with a fraction or exponent are floats, or with `exact` decimals as written."""
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    _check_size(raw, values_max)
    try:
        value = (_EXACT if exact else _FLOATS).decode(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise Unreadable("", "is not UTF-8") from None
    except RecursionError:
        raise Unreadable("", f"is nested deeper than {depth_max} levels") from None
    except ValueError:
        raise Unreadable("", "is not JSON") from None
    if not _is_fit(value, depth_max):
        _refuse(value, "", depth_max)
    return value


def _check_size(raw: bytes, values_max: int) -> None:
    """Refuse more values than are taken in, by what separates them."""
    if raw.count(b",") + raw.count(b"[") + raw.count(b"{") <= values_max:
        return
    separators = strings = 0
    for match in SEPARATOR.finditer(raw):
        if match[0][0] == 0x22:
            strings += 1
        else:
            separators += 1
        if separators > values_max or strings > 2 * values_max:
            raise Unreadable("", f"has more than {values_max} values")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        keys = [key for key, _ in pairs]
        doubled = next(key for key in members if keys.count(key) > 1)
        members[doubled] = _Unfit("is there twice")
    return members


def _integer(literal: str) -> int | _Unfit:
    return int(literal) if len(literal) <= DIGITS_MAX else _checked(literal) or int(literal)


def _float(literal: str) -> float | _Unfit:
    return _checked(literal) or float(literal)


def _decimal(literal: str) -> Decimal | _Unfit:
    return _checked(literal) or Decimal(literal)


def _checked(literal: str) -> _Unfit | None:
    """What is wrong with a number, if anything is."""
    match = NUMBER.fullmatch(literal)
    if match is None:
        return _Unfit("must be a number that JSON has")
    whole, fraction, exponent = match[1], match[2] or "", match[3] or "0"
    digits = (whole + fraction).lstrip("0")
    if len(digits) > DIGITS_MAX:
        return _Unfit(f"must have at most {DIGITS_MAX} digits")
    if len(exponent) > 5 or abs(int(exponent)) > EXPONENT_MAX or len(whole) + len(fraction) > EXPONENT_MAX:
        return _Unfit(f"must have an exponent between -{EXPONENT_MAX} and {EXPONENT_MAX}")
    return None


def _decoder(parse_float: Callable[[str], Any]) -> json.JSONDecoder:
    return json.JSONDecoder(
        object_pairs_hook=_object,
        parse_int=_integer,
        parse_float=parse_float,
        parse_constant=lambda _: _Unfit("must be a number that JSON has"),
    )


_EXACT, _FLOATS = _decoder(_decimal), _decoder(_float)


def _is_fit(value: Any, depth_max: int) -> bool:
    """Is there nothing to refuse? Most of what comes is fit: its paths need no names. Looked at level by level."""
    level: list[Any] = [value]
    left = depth_max
    while level:
        below: list[Any] = []
        for held in level:
            kind = type(held)
            if kind is str:
                if not held.isprintable() and UNPRINTABLE.search(held):
                    return False
            elif kind is dict:
                if left <= 0:
                    return False
                for key in held:
                    if not key.isprintable() and UNPRINTABLE.search(key):
                        return False
                below += held.values()
            elif kind is list:
                if left <= 0:
                    return False
                below += held
            elif kind is _Unfit:
                return False
        level, left = below, left - 1
    return True


def _refuse(value: object, path: str, left: int) -> None:
    """Refuse the first thing that is not fit, by its path."""
    if isinstance(value, str):
        if not value.isprintable() and UNPRINTABLE.search(value):
            raise Unreadable(path, "has a control character or half of a surrogate pair")
    elif isinstance(value, dict):
        _check_depth(path, left)
        for key, held in value.items():
            if not key.isprintable() and UNPRINTABLE.search(key):
                raise Unreadable(path, "has a key with a control character")
            _refuse(held, _within(path, key), left - 1)
    elif isinstance(value, list):
        _check_depth(path, left)
        for index, held in enumerate(value):
            _refuse(held, f"{path}[{index}]", left - 1)
    elif isinstance(value, _Unfit):
        raise Unreadable(path, value.reason)


def _check_depth(path: str, left: int) -> None:
    if left <= 0:
        raise Unreadable(_short(path), "is nested too deep")


def _within(path: str, key: str) -> str:
    """A key's path; a key that could be anything is not repeated."""
    named = key if PLAIN_KEY.fullmatch(key) else "?"
    return f"{path}.{named}" if path else named


def _short(path: str) -> str:
    return path if len(path) <= 120 else f"{path[:120]}…"
