"""The example cities are data: here they are held against the contracts, the currency, FHIR and the specification."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from babel import Locale
from babel.numbers import get_currency_precision
from city_pack import pack
from city_pack.pack import Share
from devstack.cities import City, UnknownCity
from fhir.resources.R4B import get_fhir_model_class
from google.protobuf.json_format import ParseDict
from google.protobuf.message import Message
from moneyed import get_currency
from yima.catalog.v1.api_pb2 import OfferingKind, OfferingManifest, Population, ServiceDefinition
from yima.common.v1.types_pb2 import LocalizedText
from yima.common.v1.types_pb2 import Money as MoneyMessage
from yima.partners.v1.api_pb2 import Aspect, PartnerKind, PartnerManifest

CITIES = Path(__file__).parents[1] / "src" / "devstack" / "cities"
MESSAGES: dict[str, type[Message]] = {
    "Partner": PartnerManifest,
    "Offering": OfferingManifest,
    "ServiceDefinition": ServiceDefinition,
}
INFORMATION_TYPES = {
    "vital-signs",
    "laboratory",
    "encounters",
    "imaging",
    "medications",
    "maternal",
    "child-health",
    "activity",
}
PURPOSES = {"TREAT", "CAREMGT", "PUBHLTH", "HRESCH", "HPAYMT"}  # of HL7's PurposeOfUse, those the cities use

# What China's National Basic Public Health Service Specification (3rd edition, 2017) asks for:
# definition -> item -> (times, timing).
SPECIFICATION: dict[str, dict[str, tuple[int, str]]] = {
    "health-record": {"record-opening": (1, "once")},
    "health-education": {
        "printed-material": (12, "within a year"),
        "audio-visual-material": (6, "within a year"),
        "bulletin-board": (6, "every two months"),
        "open-consultation": (9, "within a year"),
        "lecture": (12, "monthly"),
    },
    "child-vaccination": {
        "vaccination-certificate": (1, "within a month of birth"),
        "hepatitis-b-vaccine": (3, "birth, months 1 and 6"),
        "bcg-vaccine": (1, "birth"),
        "after-vaccination-watch": (1, "after each vaccination"),
    },
    "newborn-home-visit": {"home-visit": (1, "within a week of discharge")},
    "newborn-full-month": {"check-up-day-28": (1, "days 28-30")},
    "infant-check-up": {
        **{f"check-up-month-{month}": (1, f"month {month}") for month in (3, 6, 8, 12, 18, 24, 30, 36)},
        "haemoglobin": (3, "months 6-8, 18 and 30"),
        "hearing-screening": (4, "months 6, 12, 24 and 36"),
    },
    "preschool-check-up": {
        **{f"check-up-year-{year}": (1, f"year {year}") for year in (4, 5, 6)},
        "eyesight-screening": (3, "yearly"),
    },
    "antenatal-care": {
        "maternal-handbook": (1, "before week 13"),
        "antenatal-visit-1": (1, "before week 13"),
        "antenatal-visit-2": (1, "weeks 16-20"),
        "antenatal-visit-3": (1, "weeks 21-24"),
        "antenatal-visit-4": (1, "weeks 28-36"),
        "antenatal-visit-5": (1, "weeks 37-40"),
    },
    "postnatal-home-visit": {"home-visit": (1, "within a week of discharge")},
    "postnatal-day-42-check": {"check-up-day-42": (1, "day 42")},
    "elderly-examination": dict.fromkeys(
        (
            "lifestyle-assessment",
            "blood-pressure",
            "blood-count",
            "urinalysis",
            "alanine-aminotransferase",
            "aspartate-aminotransferase",
            "total-bilirubin",
            "creatinine",
            "urea",
            "fasting-glucose",
            "total-cholesterol",
            "triglycerides",
            "ldl-cholesterol",
            "hdl-cholesterol",
            "electrocardiogram",
            "abdominal-ultrasound",
            "health-advice",
        ),
        (1, "yearly"),
    ),
    "hypertension-screening": {"blood-pressure": (1, "yearly")},
    "hypertension-follow-up": {
        "follow-up": (4, "quarterly"),
        "blood-pressure": (4, "at each follow-up"),
        "yearly-examination": (1, "yearly"),
    },
    "diabetes-screening": {"fasting-glucose": (1, "yearly")},
    "diabetes-follow-up": {
        "follow-up": (4, "quarterly"),
        "fasting-glucose": (4, "at each follow-up"),
        "yearly-examination": (1, "yearly"),
    },
    "mental-disorder-follow-up": {
        "follow-up": (4, "quarterly when stable"),
        "risk-assessment": (4, "at each follow-up"),
        "yearly-examination": (1, "yearly"),
    },
    "tuberculosis-follow-up": {
        "first-home-visit": (1, "within 72 hours of notice"),
        "intensive-phase-follow-up": (6, "every 10 days, months 1-2"),
        "continuation-phase-follow-up": (4, "monthly, months 3-6"),
        "closing-evaluation": (1, "when treatment stops"),
    },
    "elderly-tcm-constitution": {"constitution-identification": (1, "yearly")},
    "child-tcm-care": {f"guidance-month-{month}": (1, f"month {month}") for month in (6, 12, 18, 24, 30, 36)},
}
# LOINC codes of what the specification has measured, each read up by name.
MEASUREMENTS = {
    "blood-pressure": "85354-9",
    "systolic-blood-pressure": "8480-6",
    "diastolic-blood-pressure": "8462-4",
    "heart-rate": "8867-4",
    "body-temperature": "8310-5",
    "body-weight": "29463-7",
    "body-height": "8302-2",
    "head-circumference": "9843-4",
    "waist-circumference": "8280-0",
    "fasting-glucose": "14771-0",
    "hba1c": "4548-4",
    "haemoglobin": "718-7",
    "total-cholesterol": "14647-2",
    "fetal-heart-rate": "55283-6",
}


class Example:
    """One city's pack and example data, the manifests parsed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pack = pack.read(str(City.named(folder.name).pack))
        self.currency = self.pack.currency
        self.residents: list[dict[str, Any]] = yaml.safe_load((folder / "residents.yaml").read_text("utf-8"))
        self.definitions: dict[str, ServiceDefinition] = {path.stem: m for path, m in self.manifests("definitions")}
        self.partners: dict[str, PartnerManifest] = {path.stem: m for path, m in self.manifests("partners")}
        self.offerings: list[tuple[str, OfferingManifest]] = [(p.stem, m) for p, m in self.manifests("offerings")]

    def manifests(self, room: str) -> Iterator[tuple[Path, Any]]:
        kind = {"definitions": "ServiceDefinition", "partners": "Partner", "offerings": "Offering"}[room]
        for path in sorted((self.folder / room).iterdir()):
            for document in yaml.safe_load_all(path.read_text("utf-8")):
                assert document.keys() == {"apiVersion", "kind", "spec"}, path
                assert (document["apiVersion"], document["kind"]) == ("yima/v1", kind), path
                yield path, self.parse(MESSAGES[kind], document["spec"])

    def parse[M: Message](self, message: type[M], spec: dict[str, Any]) -> M:
        """A manifest's spec as its message; a key the contract does not have is refused."""
        return ParseDict(self.to_json(message.DESCRIPTOR, spec), message())

    def to_json(self, descriptor: Any, value: Any) -> Any:
        if descriptor is LocalizedText.DESCRIPTOR:
            return {"text": value}
        if descriptor is MoneyMessage.DESCRIPTOR:
            return {"currency": value["currency"], "minor": minor_units(**value)}
        converted = {}
        for key, part in value.items():
            field = descriptor.fields_by_camelcase_name[key]
            parts = [self.field_to_json(field, each) for each in (part if field.is_repeated else [part])]
            converted[key] = parts if field.is_repeated else parts[0]
        return converted

    def field_to_json(self, field: Any, value: Any) -> Any:
        if field.enum_type:
            return field.enum_type.values[0].name.removesuffix("UNSPECIFIED") + value
        return self.to_json(field.message_type, value) if field.message_type else value

    def records(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """(resident's login slug, institution, FHIR resource)"""
        for path in sorted((self.folder / "records").iterdir()):
            for source in json.loads(path.read_text("utf-8")):
                assert source.keys() == {"institution", "resources"}, path
                for resource in source["resources"]:
                    yield path.stem, source["institution"], resource


def minor_units(amount: str, currency: str) -> int:
    """An amount as written, in minor units; it must be written with exactly the currency's decimals."""
    decimals = get_currency_precision(get_currency(currency).code)
    assert re.fullmatch(rf"\d+\.\d{{{decimals}}}", amount), f"{amount} {currency}"
    return int(Decimal(amount).scaleb(decimals))


def texts_in(message: Message) -> Iterator[LocalizedText]:
    """Every localized text anywhere within a message."""
    if isinstance(message, LocalizedText):
        yield message
        return
    for field, value in message.ListFields():
        if field.message_type:
            for each in value if field.is_repeated else [value]:
                yield from texts_in(each)


def mod_10_holds(loinc: str) -> bool:
    """Is the code's last digit the Luhn check digit LOINC ends its codes with?"""
    total = 0
    for index, digit in enumerate(reversed(loinc.replace("-", ""))):
        doubled = int(digit) * (1 + index % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return re.fullmatch(r"\d+-\d", loinc) is not None and total % 10 == 0


def share_of(price: int, share: Share) -> int:
    part = share.fixed_minor if share.fixed_minor is not None else price * (share.basis_points or 0) // 10_000
    part = max(part, share.floor_minor or 0)
    return part if share.cap_minor is None else min(part, share.cap_minor)


PACKS = {folder.name: Example(folder) for folder in sorted(CITIES.iterdir()) if folder.is_dir()}


@pytest.fixture(params=list(PACKS.values()), ids=list(PACKS))
def city(request: pytest.FixtureRequest) -> Example:
    pack: Example = request.param
    return pack


@pytest.fixture
def jinan() -> Example:
    return PACKS["jinan"]


def test_a_second_city_differs_in_everything_a_city_may_choose(jinan: Example) -> None:
    other = PACKS["marsa-noor"]
    for choice in pack.City.model_fields.keys() - {"sandbox"}:  # which no city is
        assert getattr(jinan.pack, choice) != getattr(other.pack, choice), choice
    assert get_currency_precision(jinan.currency) == 2
    assert get_currency_precision(other.currency) == 3
    assert not set(jinan.definitions) & set(other.definitions)


def test_a_key_the_contract_does_not_have_is_refused(jinan: Example) -> None:
    with pytest.raises(KeyError, match="discount"):
        jinan.parse(OfferingManifest, {"reference": "a", "discount": "half"})


def test_a_price_with_too_few_or_too_many_decimals_is_refused() -> None:
    assert minor_units("12.50", "CNY") == 1250
    assert minor_units("12.500", "KWD") == 12500
    for amount, currency in (("12.5", "CNY"), ("12.500", "CNY"), ("12.50", "KWD"), ("-1.00", "CNY")):
        with pytest.raises(AssertionError):
            minor_units(amount, currency)


def test_the_city_names_its_currency_locales_and_time_zone_by_their_standards(city: Example) -> None:
    assert get_currency(city.currency).code == city.currency
    assert city.pack.zone.key == city.pack.time_zone
    assert [str(Locale.parse(tag, sep="-")) for tag in city.pack.locales]


def test_every_text_speaks_all_of_the_citys_languages(city: Example) -> None:
    manifests = [*city.definitions.values(), *city.partners.values(), *(offering for _, offering in city.offerings)]
    texts = [dict(text.text) for manifest in manifests for text in texts_in(manifest)]
    for text in texts:
        assert text.keys() == set(city.pack.locales), text
        assert all(words and words == words.strip() for words in text.values()), text


def test_codes_are_unique_and_name_what_the_city_has(city: Example) -> None:
    used = {definition.category for definition in city.definitions.values()}
    for code, definition in city.definitions.items():
        assert definition.code == code
        assert definition.category in city.pack.taxonomy
        assert Population.Name(definition.population).removeprefix("POPULATION_") in city.pack.populations
        items = [item.code for item in definition.items]
        assert len(set(items)) == len(items) > 0, code
        assert all(item.times > 0 and item.timing for item in definition.items), code
        assert definition.source, code
    for category in city.pack.taxonomy.places:
        assert used & set(city.pack.taxonomy.within(category.code)), category.code


def test_every_offering_names_a_definition_of_its_city_and_every_definition_is_offered(city: Example) -> None:
    assert {offering.definition for _, offering in city.offerings} == set(city.definitions)


def test_every_offering_belongs_to_a_partner_of_its_city_and_every_partner_offers(city: Example) -> None:
    assert {slug for slug, _ in city.offerings} == set(city.partners)


def test_a_partners_references_are_unique(city: Example) -> None:
    references = Counter((slug, offering.reference) for slug, offering in city.offerings)
    assert max(references.values()) == 1
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", reference) for _, reference in references)


def test_no_two_offerings_say_the_same(city: Example) -> None:
    for locale in city.pack.locales:
        for text in ("title", "description"):
            said = Counter(getattr(offering, text).text[locale] for _, offering in city.offerings)
            assert max(said.values()) == 1, said.most_common(1)


def test_prices_are_in_the_citys_currency(city: Example) -> None:
    assert {offering.price.currency for _, offering in city.offerings} == {city.currency}


def test_districts_exist(city: Example) -> None:
    for slug, offering in city.offerings:
        assert offering.districts, (slug, offering.reference)
        assert all(district in city.pack.districts for district in offering.districts), (slug, offering.reference)
    for slug, partner in city.partners.items():
        assert partner.districts and all(district in city.pack.districts for district in partner.districts), slug


def test_an_offering_asks_only_for_known_data_for_a_known_purpose_and_a_bounded_time(city: Example) -> None:
    for slug, offering in city.offerings:
        consent, where = offering.consent, (slug, offering.reference)
        assert set(consent.information_types) <= INFORMATION_TYPES, where
        assert len(set(consent.information_types)) == len(consent.information_types) <= 4, where
        assert consent.purpose in PURPOSES, where
        assert consent.access_mode, where
        assert 1 <= consent.valid_days <= 1100, where
        assert 0 <= consent.retention_days <= 1100, where


def test_partners_are_fictional_and_bring_evidence_of_all_five_aspects(city: Example) -> None:
    for slug, partner in city.partners.items():
        assert [evidence.aspect for evidence in partner.evidence] == Aspect.values()[1:], slug
        for evidence in partner.evidence:
            assert date(2027, 1, 1) <= date.fromisoformat(evidence.valid_until) <= date(2029, 12, 31), slug
        assert partner.contact.email.endswith(".example.org"), slug
        # No subscriber's number begins with four zeros, so none of these can ring.
        assert re.fullmatch(r"\+\d{2,3}( 531)? 0000 \d{4}", partner.contact.telephone), slug
    for number in ("registration_number", "bank_account.number"):
        values = Counter(path_of(partner, number) for partner in city.partners.values())
        assert max(values.values()) == 1, number


def path_of(message: Message, path: str) -> Any:
    value: Any = message
    for name in path.split("."):
        value = getattr(value, name)
    return value


def test_a_contract_leaves_the_seller_something_of_every_price_and_splits_nothing_of_a_free_order(
    city: Example,
) -> None:
    for slug, offering in city.offerings:
        kind = PartnerKind.Name(city.partners[slug].kind).removeprefix("PARTNER_KIND_")
        taken = sum(share_of(offering.price.minor, share) for share in city.pack.fees.of(kind).shares)
        assert taken < offering.price.minor or taken == offering.price.minor == 0, (slug, offering.reference)


def test_a_city_is_a_pack_and_may_be_without_example_data() -> None:
    tianjin = City.named("tianjin")
    assert tianjin.settings["name"] == "tianjin"
    assert not tianjin.manifests("definitions") and not tianjin.partners() and not tianjin.residents()
    with pytest.raises(UnknownCity, match="jinan, marsa-noor, tianjin"):
        City.named("nowhere")


def test_every_loinc_code_has_its_check_digit_and_one_thing_measured_has_one_code(city: Example) -> None:
    assert mod_10_holds("85354-9") and not mod_10_holds("85354-8")
    for definition in city.definitions.values():
        for item in definition.items:
            assert not item.observation_code or mod_10_holds(item.observation_code), (definition.code, item.code)
            if item.observation_code and item.code in MEASUREMENTS:
                assert item.observation_code == MEASUREMENTS[item.code], (definition.code, item.code)


def test_health_records_are_valid_fhir(city: Example) -> None:
    for resident, institution, resource in city.records():
        parsed: Any = get_fhir_model_class(resource["resourceType"]).model_validate(resource)
        assert parsed.id == resource["id"], (resident, institution)
        assert (resource.get("subject") or resource["patient"])["reference"] == "Patient/example"
        if resource["resourceType"] == "Observation":
            assert_observation(resource)
        elif resource["resourceType"] == "Encounter":
            assert resource["status"] == "finished" and resource["class"]["code"]
            assert resource["period"]["start"] < resource["period"]["end"]


def assert_observation(resource: dict[str, Any]) -> None:
    assert resource["status"] == "final"
    assert resource["category"][0]["coding"][0]["code"] in {"vital-signs", "laboratory"}
    for measured in resource.get("component", [resource]):
        (coding,) = measured["code"]["coding"]
        assert coding["system"] == "http://loinc.org" and mod_10_holds(coding["code"]), coding
        assert measured["valueQuantity"]["system"] == "http://unitsofmeasure.org"
        assert measured["valueQuantity"]["code"] and measured["valueQuantity"]["value"] > 0


def test_residents_have_records_from_several_institutions_of_their_city(city: Example) -> None:
    slugs = [resident["login"].removesuffix("@example.org") for resident in city.residents]
    assert len(set(slugs)) == len(slugs)
    records = list(city.records())
    identifiers = Counter((institution, resource["id"]) for _, institution, resource in records)
    assert max(identifiers.values()) == 1
    assert {institution for _, institution, _ in records} <= set(city.partners)
    for slug in slugs:
        own = [(institution, resource) for resident, institution, resource in records if resident == slug]
        assert 20 <= len(own) <= 40, slug
        assert len({institution for institution, _ in own}) in {2, 3}, slug
    assert {resident for resident, _, _ in records} == set(slugs)


def test_residents_belong_to_populations_and_guardians_have_dependants(city: Example) -> None:
    for resident in city.residents:
        assert resident.keys() == {"login", "name", "birth_date", "groups", "dependants"}
        assert {f"POPULATION_{group}" for group in resident["groups"]} <= set(Population.keys())
        for person in [resident, *resident["dependants"]]:
            assert person["name"] and date.fromisoformat(person["birth_date"]) < date(2026, 11, 1)
    dependants = [dependant for resident in city.residents for dependant in resident["dependants"]]
    assert any(dependant["birth_date"] >= "2026" for dependant in dependants), "an infant"


@pytest.mark.parametrize("code", SPECIFICATION)
def test_the_national_specification_is_in_the_catalogue(jinan: Example, code: str) -> None:
    definition = jinan.definitions[code]
    assert definition.source.startswith("National Basic Public Health Service Specification, 3rd edition 2017")
    items = {item.code: (item.times, item.timing) for item in definition.items}
    assert SPECIFICATION[code].items() <= items.items()


def test_only_the_services_of_the_specification_claim_it(jinan: Example) -> None:
    claimed = {code for code, definition in jinan.definitions.items() if "Specification, 3rd" in definition.source}
    assert claimed == set(SPECIFICATION)


def test_jinan_is_large_enough_to_be_a_marketplace(jinan: Example) -> None:
    assert len(jinan.partners) >= 24
    assert len(jinan.offerings) >= 130
    assert len(jinan.definitions) >= 30
    assert len(jinan.residents) == 12
    assert {partner.kind for partner in jinan.partners.values()} == set(PartnerKind.values()[1:])
    assert {offering.kind for _, offering in jinan.offerings} == set(OfferingKind.values()[1:])
    sold_to = {jinan.definitions[offering.definition].population for _, offering in jinan.offerings}
    assert sold_to == set(Population.values()[1:])
    free = [offering for _, offering in jinan.offerings if offering.price.minor == 0]
    assert 3 <= len(free) < len(jinan.offerings) / 2
    booked = [offering for _, offering in jinan.offerings if offering.booking_required]
    assert 0 < len(booked) < len(jinan.offerings)


def test_the_second_city_is_small_but_whole() -> None:
    other = PACKS["marsa-noor"]
    assert (len(other.partners), len(other.definitions), len(other.residents)) == (4, 6, 3)
    assert len(other.offerings) >= 10
