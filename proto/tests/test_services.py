"""One list says which services there are; whoever adds one reads what is missing for it, and where."""

import json
import re
import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "services"))
from check import missing, services_of  # noqa: E402 it is a script

HELD = [
    "README.md",
    "charts/yima/Chart.yaml",
    "charts/yima/templates/nats.yaml",
    "charts/yima/values.schema.json",
    "charts/yima/values.yaml",
    "pyproject.toml",
    "services/services.toml",
]
WRITTEN_OUT = re.compile(r'"identity",\s*"partners",\s*"catalog",\s*"ordering"')


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The repository as far as the check looks at it."""
    for name in HELD:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    for name in services_of(ROOT):
        shutil.copytree(ROOT / "proto/yima" / name, tmp_path / "proto/yima" / name)
        shutil.copytree(ROOT / "services" / name, tmp_path / "services" / name)
    return tmp_path


def test_every_service_is_wherever_a_service_must_be() -> None:
    assert missing(ROOT) == []


def test_a_new_service_is_told_each_place_that_is_missing(copy: Path) -> None:
    listed = copy / "services/services.toml"
    listed.write_text(listed.read_text("utf-8").replace("[others]", "referrals = 8719\n\n[others]"), "utf-8")
    assert missing(copy) == [
        "proto/yima/referrals/v1/api.proto: is not there",
        "proto/yima/referrals/v1/events.proto: is not there",
        "services/referrals/pyproject.toml: is not there",
        "services/referrals/src/referrals/domain.py: is not there",
        "services/referrals/src/referrals/events.py: is not there",
        "services/referrals/src/referrals/api.py: is not there",
        "services/referrals/src/referrals/app.py: is not there",
        "services/referrals/src/referrals/migrations/versions: is not there",
        "services/referrals/tests: is not there",
        "pyproject.toml: tool.uv.sources has no yima-referrals",
        "pyproject.toml: tool.mypy.mypy_path has no services/referrals/src",
        "pyproject.toml: tool.importlinter.root_packages has no referrals",
        "pyproject.toml: tool.coverage.run.source_pkgs has no referrals",
        'pyproject.toml: forbidden_modules of the contract "The chassis is under everything and knows nobody" '
        "has no referrals",
        'pyproject.toml: forbidden_modules of the contract "A city\'s pack stands on the chassis alone" '
        "has no referrals",
        'pyproject.toml: modules of the contract "Services share contracts, not code" has no referrals',
        'pyproject.toml: forbidden_modules of the contract "Clients know the contract alone: no service, no gateway, '
        'nothing that runs a system" has no referrals',
        'pyproject.toml: forbidden_modules of the contract "The connector is alone: it knows the city by HTTP" '
        "has no referrals",
        'pyproject.toml: source_modules of the contract "Nothing that is served needs what runs a system, or a client" '
        "has no referrals",
        'pyproject.toml: forbidden_modules of the contract "Backups know PostgreSQL, and nothing of Yima" '
        "has no referrals",
        "pyproject.toml: no contract of type layers has referrals among its containers",
        "charts/yima/Chart.yaml: no dependency has the alias referrals",
        "charts/yima/values.yaml: global.ports.referrals is not 8719",
        "charts/yima/values.yaml: global.calls does not say whom referrals calls",
        "charts/yima/values.yaml: no section referrals with its name and the port 8719",
        "charts/yima/templates/nats.yaml: $users has no referrals",
        "charts/yima/values.schema.json: /properties has no referrals",
        "charts/yima/values.schema.json: /properties/global/properties/ports/properties has no referrals",
        "charts/yima/values.schema.json: /properties/global/properties/ports/required has no referrals",
        "charts/yima/values.schema.json: /properties/global/properties/calls/propertyNames/enum has no referrals",
        "charts/yima/values.schema.json: /properties/global/properties/calls/additionalProperties/items/enum "
        "has no referrals",
        "charts/yima/values.schema.json: "
        "/properties/global/properties/nats/properties/mqtt/properties/hubs/items/not/enum has no referrals",
        "README.md: does not link services/referrals/",
    ]


def test_what_is_forgotten_of_a_service_there_is_is_told_too(copy: Path) -> None:
    schema = copy / "charts/yima/values.schema.json"
    values = json.loads(schema.read_text("utf-8"))
    values["properties"]["global"]["properties"]["ports"]["required"].remove("records")
    schema.write_text(json.dumps(values), "utf-8")
    listed = copy / "services/services.toml"
    listed.write_text(listed.read_text("utf-8").replace("consent = 8706\n", "").replace("8707", "8708"), "utf-8")
    places = missing(copy)
    assert "services/services.toml: does not list consent" in places
    assert "services/services.toml: the port of records is another's" in places
    assert "charts/yima/values.yaml: global.ports.records is not 8708" in places
    assert "charts/yima/values.schema.json: /properties/global/properties/ports/required has no records" in places


def test_no_program_writes_the_services_out_again() -> None:
    folders = (
        "libs",
        "services",
        "gateway",
        "clients/cli",
        "clients/python",
        "ops",
        "proto",
        "docs",
        "charts",
        "e2e",
        "bench",
    )
    sources = [path for folder in folders for path in (ROOT / folder).rglob("*.py") if "gen" not in path.parts]
    assert [str(path) for path in sources if WRITTEN_OUT.search(path.read_text("utf-8"))] == []
