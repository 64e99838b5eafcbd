"""Models of devices: which kinds there are, what each measures, and who may add one.

`device_kinds.csv` and `device_models.csv` are the tables that every city starts with: a line of the second is a series
of a maker's, with an edition for each model of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from uuid import UUID, uuid5

from chassis import texts
from chassis.refusals import Forbidden, Invalid, Refusal

from records.domain.measurements import measurements, table

MODELS = UUID("7f3f1a52-6c0e-5d7b-9a55-0d1e8b6a4c21")  # the namespace of the ids of models in the table
PROPOSED_MAX = 50  # models of a maker that wait for a decision
NAME_LENGTH_MAX = 60
TEXT_LENGTH_MAX = 60


class DeviceKind(IntEnum):
    """What a device measures with; the contract's numbers."""

    THERMOMETER = 1
    BLOOD_PRESSURE = 2
    GLUCOSE = 3
    OXIMETER = 4
    ECG_12_LEAD = 5
    URIC_ACID = 6
    LIPIDS = 7
    WEIGHT = 8
    STEPS = 9
    SLEEP = 10
    FOETAL_HEART = 11
    SPIROMETER = 12


class ModelStatus(IntEnum):
    """May devices of a model be bound? The contract's numbers."""

    PROPOSED = 1
    APPROVED = 2
    REFUSED = 3


class NoDeviceMaker(Forbidden):
    code = "no-device-maker"
    title = "Models are proposed by makers of devices that are partners in good standing."


class DeviceModelKnown(Refusal):
    code = "device-model-known"
    title = "The maker has a model of this name already."


class TooManyDeviceModels(Refusal):
    code = "too-many-device-models"
    title = "The maker has as many models waiting for a decision as it may have."


class DeviceModelDecided(Refusal):
    code = "device-model-decided"
    title = "The model has been decided on before."


class OwnDeviceModel(Forbidden):
    code = "own-device-model"
    title = "Nobody approves a model that they proposed."


@dataclass(frozen=True, slots=True)
class KindFacts:
    """What devices of a kind measure, and the Bluetooth service of those that speak it."""

    codes: Sequence[str]  # LOINC
    bluetooth_service: str  # its assigned number in hexadecimal; empty: there is none for the kind


@dataclass(frozen=True, slots=True)
class ModelTerms:
    """What a model is."""

    maker: str
    name: str
    kind: DeviceKind
    codes: Sequence[str]
    units: Sequence[str]  # of each code, as the device sends it
    bluetooth_service: str

    @property
    def id(self) -> UUID:
        """Of a model in the table: the same in every release and city."""
        return uuid5(MODELS, f"{self.maker}\n{self.name}")


@cache
def kinds() -> Mapping[DeviceKind, KindFacts]:
    return {
        DeviceKind[row["kind"].upper().replace("-", "_")]: KindFacts(row["codes"].split(), row["bluetooth_service"])
        for row in table("device_kinds.csv")
    }


def units_of(codes: Sequence[str]) -> list[str]:
    return [measurements()[code].unit for code in codes]


@cache
def models_of_table() -> Sequence[ModelTerms]:
    """The models that every city starts with."""
    models = []
    for row in table("device_models.csv"):
        kind = DeviceKind[row["kind"].upper().replace("-", "_")]
        facts = kinds()[kind]
        models += [
            ModelTerms(
                row["maker"], f"{row['series']} {edition}", kind, facts.codes, units_of(facts.codes),
                facts.bluetooth_service,
            )
            for edition in row["editions"].split("|")
        ]  # fmt: skip
    return models


def check_model(
    *, maker: str, name: str, kind: int, codes: Sequence[str], units: Sequence[str], bluetooth: bool
) -> ModelTerms:
    """The model, if there can be such a one. Without codes it measures what its kind does; without units, in UCUM's
    own of the table."""
    if kind not in set(DeviceKind):
        raise Invalid("kind", f"must be one of {', '.join(each.name for each in DeviceKind)}")
    facts = kinds()[DeviceKind(kind)]
    codes = list(codes) or list(facts.codes)
    if len(set(codes)) != len(codes):
        raise Invalid("codes", "name each once")
    for index, code in enumerate(codes):
        if code not in facts.codes:
            raise Invalid(f"codes[{index}]", f"must be one of {', '.join(facts.codes)}, which are of this kind")
    units = list(units) or units_of(codes)
    if len(units) != len(codes):
        raise Invalid("units", "name as many as codes, in their order, or none")
    for index, (code, unit) in enumerate(zip(codes, units, strict=True)):
        if unit not in measurements()[code].units:
            raise Invalid(f"units[{index}]", f"must be one of {', '.join(measurements()[code].units)}")
    if bluetooth and not facts.bluetooth_service:
        raise Invalid("bluetooth", "must be false: devices of this kind have no Bluetooth service")
    return ModelTerms(
        maker=maker,
        name=texts.label(name, "name", NAME_LENGTH_MAX),
        kind=DeviceKind(kind),
        codes=codes,
        units=units,
        bluetooth_service=facts.bluetooth_service if bluetooth else "",
    )
