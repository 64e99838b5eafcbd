"""A city's pack is read as it is written, or not at all: who starts a process with a bad one reads which key it is."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from chassis.settings import SettingUnfit
from city_pack import pack, trust
from city_pack.pack import BadPack
from city_pack.settings import Settings
from devstack.samples import some_of
from hypothesis import given
from hypothesis import strategies as st

CITIES = Path(__file__).parents[3] / "charts" / "yima" / "cities"
JINAN, TIANJIN = (pack.read(str(CITIES / f"{name}.yaml")) for name in ("jinan", "tianjin"))


def altered(tmp_path: Path, *changes: tuple[str, Any]) -> str:
    """Jinan's pack with other values at these paths, e.g. `taxonomy.0.code`; None takes the key away."""
    content = yaml.safe_load((CITIES / "jinan.yaml").read_text("utf-8"))
    for where, value in changes:
        part: Any = content["global"]["city"]
        *steps, last = (int(step) if step.isdigit() else step for step in where.split("."))
        for step in steps:
            part = part[step]
        if value is None:
            del part[last]
        else:
            part[last] = value
    path = tmp_path / "city.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    return str(path)


def test_two_cities_sort_count_and_take_differently() -> None:
    assert JINAN.populations["ELDERLY"].age_from_months == 780
    assert TIANJIN.populations["ELDERLY"].age_from_months == 720
    assert "telehealth" in JINAN.taxonomy and "telehealth" not in TIANJIN.taxonomy
    assert JINAN.fees.of("LABORATORY").shares[0].basis_points == 400
    assert TIANJIN.fees.of("LABORATORY") == TIANJIN.fees.default != JINAN.fees.default


def test_a_code_finds_what_is_below_it_and_what_it_is_below() -> None:
    tree = TIANJIN.taxonomy
    assert tree.within("chronic-disease") == ["chronic-disease", "hypertension-care", "diabetes-care"]
    assert tree.lineage("diabetes-care") == ["diabetes-care", "chronic-disease", "health-management"]
    for entry in tree.places:
        assert entry.code in tree.within(entry.code)
        assert all(entry.code in tree.within(above) for above in tree.lineage(entry.code))


@pytest.mark.parametrize(
    ("where", "value", "message"),
    [
        ("currency", "YYY", "global.city.currency: 'YYY' is not an ISO 4217 currency"),
        ("currency", None, "global.city.currency: "),
        ("timeZone", "Asia/Jinan", "global.city.timeZone: "),
        ("timezone", "UTC", "global.city.timezone: is no key of a city's pack"),
        ("locales", ["en", "en"], "global.city.locales: "),
        ("locales", [], "global.city.locales: "),
        ("title.fr", "Jinan", "global.city.title: must be given in zh-CN, en"),
        ("taxonomy.0.children.0.code", "chronic-care", "global.city.taxonomy: chronic-care is there twice"),
        ("taxonomy.0.code", "Public health", "global.city.taxonomy[0].code: "),
        ("taxonomy.0.colour", "green", "global.city.taxonomy[0].colour: is no key"),
        ("taxonomy", [], "global.city.taxonomy: "),
        ("districts.0.children.1.name.en", None, "global.city.districts: the name of lixia-qianfoshan: "),
        ("programmes.1.code", "hypertension", "global.city.programmes: a code is there twice"),
        ("programmes.0.code", "Hypertension", "global.city.programmes[0].code: "),
        ("programmes.0.name.en", None, "global.city.programmes: the name of hypertension: "),
        ("populations.ELDERLY.ageFromMonths", "780", "global.city.populations.ELDERLY.ageFromMonths: "),
        ("populations.INFANT.ageBelowMonths", True, "global.city.populations.INFANT.ageBelowMonths: "),
        ("populations.ELDERLY.ageBelowMonths", 700, "global.city.populations.ELDERLY: ageBelowMonths must lie above"),
        ("populations.MATERNAL.condition.code", None, "global.city.populations.MATERNAL.condition.code: "),
        ("fees.default", None, "global.city.fees.default: "),
        ("fees.default.shares.0.basisPoints", 300.5, "global.city.fees.default.shares[0].basisPoints: "),
        ("fees.default.shares.0.basisPoints", 1001, "global.city.fees.default.shares[0].basisPoints: is above"),
        ("fees.default.shares.0.floorMinor", 201, "global.city.fees.default.shares[0]: an amount is above"),
        ("fees.default.shares.0.fixedMinor", 1, "global.city.fees.default.shares[0]: give one of"),
        ("fees.default.shares.1.party", "platform", "global.city.fees.default.shares: a party may have one share"),
        ("fees.default.shares.1.basisPoints", 9800, "global.city.fees.default.shares: together"),
        ("fees.kinds.CLINIC.commission.minorMax", -1, "global.city.fees.kinds.CLINIC.commission.minorMax: "),
        ("bankAccounts.CNY.bankCode", "", "global.city.bankAccounts.CNY.bankCode: "),
        ("bankAccounts.CNY.creditTransfer", "pain.001.001.02", "global.city.bankAccounts.CNY.creditTransfer: "),
    ],
)
def test_a_bad_pack_is_refused_naming_the_key(where: str, value: Any, message: str, tmp_path: Path) -> None:
    path = altered(tmp_path, (where, value))
    with pytest.raises(BadPack) as refused:
        pack.read(path)
    assert f"{path}: {message}" in str(refused.value)


@pytest.mark.parametrize("content", ["", "a: [", "- 1", "global: 3", "\x00", "global: {city: {}}\nreplicas: 2"])
def test_what_is_no_pack_at_all_is_refused_too(content: str, tmp_path: Path) -> None:
    path = tmp_path / "city.yaml"
    path.write_text(content, "utf-8")
    with pytest.raises(BadPack, match=r"city\.yaml: "):
        pack.read(str(path))
    with pytest.raises(BadPack, match="cannot be read"):
        pack.read(str(tmp_path / "nowhere.yaml"))
    with pytest.raises(BadPack, match="YIMA_CITY_FILE"):
        _ = Settings(city_file="").city


@pytest.mark.parametrize(
    "bad",
    some_of(
        [
            ("records", "currency", "YYY", "global.city.currency: "),
            (
                "catalog",
                "populations.PILOTS",
                {"name": {"zh-CN": "飞行员", "en": "Pilots"}},
                "global.city.populations.PILOTS: ",
            ),
            (
                "partners",
                "fees.kinds.BAKER",
                {"shares": [], "commission": {"basisPointsMax": 0, "minorMax": 0}},
                "global.city.fees.kinds.BAKER: ",
            ),
            ("settlement", "bankAccounts.CNY.number", "1" * 99, "global.city.bankAccounts.CNY: its number"),
        ],
        1,
        lambda bad: bad[0],
    ),
)
def test_a_process_does_not_start_with_a_bad_pack_and_says_which_key_it_is(
    bad: tuple[str, str, Any, str], tmp_path: Path
) -> None:
    service, where, value, message = bad
    environment = os.environ | {
        "YIMA_CITY_FILE": altered(tmp_path, (where, value)),
        "YIMA_DATABASE_URL": "postgresql+asyncpg://nobody@127.0.0.1:1/none",
        "YIMA_KEY_ENCRYPTION_KEYS": f"{'A' * 43}=",
    }
    done = subprocess.run(
        [sys.executable, "-m", "chassis", service], env=environment, capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert message in done.stderr.decode().splitlines()[-1]


def test_the_example_cities_trust_each_other_by_one_list() -> None:
    assert JINAN.trust is not None and JINAN.trust == TIANJIN.trust
    known = JINAN.trust.read(JINAN.trust.signed_list)
    assert list(known.cities) == ["jinan", "tianjin"]
    assert pack.read(str(CITIES / "marsa-noor.yaml")).trust is None


def test_a_list_that_the_authority_did_not_sign_keeps_a_process_from_starting(tmp_path: Path) -> None:
    with pytest.raises(BadPack, match="signedList: its signature"):
        pack.read(altered(tmp_path, ("trust.signedList", JINAN.trust.signed_list[:-6] + "AAAAAA")))  # type: ignore[union-attr]
    with pytest.raises(BadPack, match="signedList: it is another authority's"):
        pack.read(altered(tmp_path, ("trust.authority", "elsewhere.example.org")))


@given(st.text(max_size=60) | st.lists(st.text("eyJhbGciOiJFZERTQSJ9_-", max_size=30), max_size=5).map(".".join))
def test_whatever_is_no_list_is_called_that(text: str) -> None:
    assert JINAN.trust is not None
    with pytest.raises(trust.NotGenuine):
        JINAN.trust.read(text)
    assert trust.issuer_said(text) == ""


def test_a_sandbox_says_so_by_its_name_and_a_city_is_none(tmp_path: Path) -> None:
    assert pack.read(altered(tmp_path, ("name", "jinan-sandbox-0a1b"), ("sandbox", True))).sandbox
    for changes in ([("sandbox", True)], [("name", "jinan-sandbox-0a1b")]):
        with pytest.raises(BadPack, match="sandbox: is true where the name has '-sandbox-' in it"):
            pack.read(altered(tmp_path, *changes))


@pytest.mark.parametrize("variable", ["YIMA_CLOCK_AHEAD_SECONDS", "FAKETIME_TIMESTAMP_FILE"])
def test_a_process_with_a_clock_that_was_moved_starts_in_a_sandbox_alone(
    variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "86400")
    with pytest.raises(SettingUnfit, match="the city's pack is no sandbox's"):
        Settings(city_file=altered(tmp_path)).check()
    Settings(city_file=altered(tmp_path, ("name", "jinan-sandbox-0a1b"), ("sandbox", True))).check()
