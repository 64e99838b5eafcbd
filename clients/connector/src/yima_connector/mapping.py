"""The mapping: one YAML file a source, that says what is what in a hospital's messages and rows.

What it does not say has a default, by the standard.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path as FilePath
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

from yima_connector.places import Path
from yima_connector.resources import TERMINOLOGY
from yima_connector.settings import Encoding, Part, load, parse


def known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError("is no time zone, such as Asia/Shanghai") from None
    return name


def paths(written: object) -> object:
    return [Path.of(str(each)) for each in (written if isinstance(written, list) else [written])]


def system_of_numbers(uri: str) -> str:
    """An absolute URI of the institution's own, as the city takes it for patient numbers."""
    if not uri.startswith(("urn:", "http://", "https://")) or uri.startswith("urn:yima:") or len(uri) > 200:
        raise ValueError("must be a URI of your own, such as urn:oid:2.16.156.10011.1.13")
    return uri


Places = Annotated[Sequence[Path], BeforeValidator(paths)]
Uri = Annotated[str, Field(pattern=r"^[a-z][a-z0-9+.-]*:\S+$", max_length=200)]


class MappingPart(Part):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Patients(MappingPart):
    """How patients are named."""

    system: Annotated[str, AfterValidator(system_of_numbers)]  # of the institution's own patient numbers
    type: str = "MR"  # PID-3.5 of the patient number; where no repetition has it, the first without a type counts
    authority: str = ""  # PID-3.4 of the patient number, where there are several
    identity_types: Sequence[str] = ("NI", "NNCHN", "SS")  # PID-3.5 of a national identity number; none: it is not sent
    identity_paths: Places = ()  # where else an identity number stands, such as PID-19
    names: bool = True  # send name and birth date, for people who review what no number matches


class Visits(MappingPart):
    """How stays and visits are named."""

    number: Places = (Path("PV1", 19), Path("PID", 18))
    start: Places = (Path("PV1", 44), Path("EVN", 6), Path("EVN", 2))
    end: Places = (Path("PV1", 45), Path("EVN", 6), Path("EVN", 2))  # of a discharge
    classes: Mapping[str, str] = {
        "I": "IMP",
        "O": "AMB",
        "E": "EMER",
        "P": "PRENC",
        "R": "AMB",
        "B": "IMP",
        "C": "AMB",
        "H": "HH",
    }


class Results(MappingPart):
    """How orders and results are named."""

    order_number: Places = (Path("OBR", 2), Path("OBR", 3), Path("ORC", 2), Path("ORC", 3))
    category: str = "LAB"  # of what OBR-24 does not say, table 0074
    categories: Mapping[str, str] = {}  # what OBR-24 says here: its code in table 0074
    orders: bool = True  # an order without results is a report that is registered


class Rows(MappingPart):
    """What becomes of rows of a CSV file or a view: a resource with `{COLUMN}` where a column's value goes."""

    id: list[str] = Field(min_length=1)  # the columns that tell one resource from another
    patient: str  # the column of the patient number
    updated: str  # the column of when the row was changed
    resource: Mapping[str, Any]
    identity_number: str = ""  # columns of what says who the patient is, where there are some
    name: str = ""
    birth_date: str = ""
    only: Mapping[str, list[str]] = {}  # rows alone whose columns have one of these values


class CodeMapping(MappingPart):
    """What this hospital's own codes and units are in the world's."""

    systems: Mapping[str, Uri] = {}  # what messages call a coding system: its URI
    local_system: Uri | None = None  # of codes without a system, or of one that is not known; none: they are refused
    units: Mapping[str, str] = {}  # what messages call a unit: its code in UCUM


class Mapped(MappingPart):
    """All of it."""

    zone: Annotated[str, AfterValidator(known_zone)]
    encoding: Encoding = "utf-8"  # of messages that do not say
    patients: Patients
    visits: Visits = Visits()
    results: Results = Results()
    codes: CodeMapping = CodeMapping()
    rows: Mapping[str, Rows] = {}
    tables: Mapping[str, Mapping[str, str]] = {}  # for `{COLUMN|table:NAME}` in rows

    @property
    def time_zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def system_of(self, written: str) -> str | None:
        """The URI of what a message calls a coding system; that of local codes where it is not known."""
        return self.codes.systems.get(written) or SYSTEMS.get(written.upper()) or self.codes.local_system

    def unit(self, written: str) -> str | None:
        """The UCUM code of what a message calls a unit; None where it has none."""
        return self.codes.units.get(written) or UNITS.get(written)


SYSTEMS: Mapping[str, str] = {
    "LN": "http://loinc.org",
    "LOINC": "http://loinc.org",
    "SCT": "http://snomed.info/sct",
    "I10": "http://hl7.org/fhir/sid/icd-10",
    "ICD10": "http://hl7.org/fhir/sid/icd-10",
    "UCUM": "http://unitsofmeasure.org",
    "ATC": "http://www.whocc.no/atc",
    "HL70074": f"{TERMINOLOGY}v2-0074",
    "HL70078": f"{TERMINOLOGY}v2-0078",
}
# What laboratories write for UCUM's codes.
UNITS: Mapping[str, str] = {
    each: each
    for each in (
        "mmol/L", "umol/L", "nmol/L", "pmol/L", "mol/L", "g/L", "mg/L", "ug/L", "ng/L", "pg", "fL", "mg/dL", "g/dL",
        "ug/dL", "ng/mL", "pg/mL", "ug/mL", "U/L", "kU/L", "mU/L", "U/mL", "%", "10*9/L", "10*12/L", "s", "min", "h",
        "mm[Hg]", "kPa", "/min", "kg", "g", "cm", "m", "kg/m2", "Cel", "mL", "L", "mL/min", "mmol/mol", "mosm/kg",
        "mm/h",
    )
} | {
    "10^9/L": "10*9/L", "10E9/L": "10*9/L", "x10^9/L": "10*9/L", "10^12/L": "10*12/L", "10E12/L": "10*12/L",
    "x10^12/L": "10*12/L", "μmol/L": "umol/L", "µmol/L": "umol/L", "μg/L": "ug/L", "µg/L": "ug/L", "μg/mL": "ug/mL",
    "IU/L": "[IU]/L", "mIU/L": "m[IU]/L", "IU/mL": "[IU]/mL", "uIU/mL": "u[IU]/mL", "μIU/mL": "u[IU]/mL",
    "mmHg": "mm[Hg]", "℃": "Cel", "°C": "Cel", "次/分": "/min", "bpm": "/min", "mm/H": "mm/h", "sec": "s", "秒": "s",
}  # fmt: skip


def read(path: FilePath) -> Mapped:
    """The mapping in a file. Refused with all that is wrong in it."""
    return parse(Mapped, load(path), path)
