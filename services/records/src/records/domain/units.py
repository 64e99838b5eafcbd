"""Units of measure: codes are UCUM's, and a vital sign's are those its FHIR profile has.

The grammar is `ucumvert`'s, made from UCUM's own table. Its package is not imported: that would load a library of
conversions, which nothing here does.
"""

import importlib.util
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from records.domain.ingests import ResourceRefused

SYSTEM = "http://unitsofmeasure.org"
LOINC = "http://loinc.org"
CODE_LENGTH_MAX = 50  # the parser takes its time over longer ones, and there are none

# http://hl7.org/fhir/R4/observation-vitalsigns.html: the profiles' required units, by LOINC code.
LENGTHS = frozenset({"cm", "[in_i]"})
WEIGHTS = frozenset({"g", "kg", "[lb_av]"})
RATES = frozenset({"/min"})
PRESSURES = frozenset({"mm[Hg]"})
VITAL_SIGNS: Mapping[str, frozenset[str]] = {
    "8310-5": frozenset({"Cel", "[degF]"}),
    "8867-4": RATES,
    "9279-1": RATES,
    "8480-6": PRESSURES,
    "8462-4": PRESSURES,
    "8478-0": PRESSURES,
    "8302-2": LENGTHS,
    "9843-4": LENGTHS,
    "29463-7": WEIGHTS,
    "3141-9": WEIGHTS,
    "39156-5": frozenset({"kg/m2"}),
    "2708-6": frozenset({"%"}),
    "59408-5": frozenset({"%"}),
}
FREQUENT = frozenset({"mmol/L", "mg/dL", "g/L", "umol/L", "10*9/L", "U/L"}).union(*VITAL_SIGNS.values())


def check_code(code: str, field: str) -> None:
    """Refuse a unit that is not one of UCUM's."""
    if code not in FREQUENT and not (len(code) <= CODE_LENGTH_MAX and _is_unit(code)):
        raise ResourceRefused(field, "is not a UCUM unit")


def check_observation(observation: Mapping[str, Any], at: str) -> None:
    """Refuse a vital sign in a unit that its profile does not have: a temperature in mm[Hg]."""
    for path, measurement in _measurements(observation, at):
        quantity = measurement.get("valueQuantity")
        unit = quantity.get("code") if isinstance(quantity, Mapping) else None
        if not isinstance(unit, str):
            continue
        check_code(unit, f"{path}.valueQuantity.code")
        for code in _loinc(measurement):
            if code in VITAL_SIGNS and unit not in VITAL_SIGNS[code]:
                allowed = ", ".join(sorted(VITAL_SIGNS[code]))
                raise ResourceRefused(f"{path}.valueQuantity.code", f"must be {allowed} for LOINC {code}")


def _measurements(observation: Mapping[str, Any], at: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield at, observation
    for index, component in enumerate(observation.get("component") or ()):
        yield f"{at}.component[{index}]", component


def _loinc(measurement: Mapping[str, Any]) -> list[str]:
    codings = (measurement.get("code") or {}).get("coding") or ()
    return [str(coding.get("code")) for coding in codings if coding.get("system") == LOINC]


@lru_cache(4096)
def _is_unit(code: str) -> bool:
    from lark.exceptions import LarkError  # noqa: PLC0415 few units need it

    try:
        _parser().parse(code)
    except LarkError:
        return False
    return True


@cache
def _parser() -> Any:
    from lark import Lark  # noqa: PLC0415

    package = importlib.util.find_spec("ucumvert")
    assert package is not None and package.origin is not None
    grammar = (Path(package.origin).parent / "ucum_grammar.lark").read_text("utf-8")
    return Lark(grammar, start="main_term", strict=True)
