"""The compose file and the image agree with the settings, the roles and the order of names that the embedded server has."""

import re
from typing import Any

import pytest
import yaml

from stack.places import ROOT
from stack.postgres import APPLICATION, DATABASE, OWNER
from stack.postgres import SETTINGS as SETTINGS_OF_SERVER

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ("web", "worker", "beat", "migrate")
SETTINGS = (ROOT / "csms" / "settings.py").read_text()
DOCKERFILE = (ROOT / "Dockerfile").read_text()


@pytest.mark.parametrize("service", OURS)
def test_every_variable_is_a_setting(service: str) -> None:
    unknown = [name for name in SERVICES[service]["environment"] if f'"{name}"' not in SETTINGS]
    assert unknown == []


def test_every_setting_of_an_operator_reaches_the_portal() -> None:
    elsewhere = {
        "CSMS_BACKUP_KEY_FILE",
        "CSMS_COLLECTED",
        "CSMS_DATA_DIR",
        "CSMS_DEMO_PASSWORD",
        "CSMS_METRICS_LOOPBACK",
        "CSMS_ROLE",
        "CSMS_TESTING",
    }
    assert set(re.findall(r'"(CSMS_\w+)"', SETTINGS)) - set(SERVICES["web"]["environment"]) == elsewhere


def test_every_variable_of_the_image_is_a_setting_or_pythons() -> None:
    names = re.findall(r"(\w+)=", re.search(r"^ENV (.*)$", DOCKERFILE, re.MULTILINE)[1])  # type: ignore[index]
    assert [name for name in names if name.startswith("CSMS_") and f'"{name}"' not in SETTINGS] == []


def test_web_worker_and_beat_run_from_one_image() -> None:
    assert {SERVICES[name]["image"] for name in OURS} == {"csms-portal"}
    assert {SERVICES[name]["build"] for name in OURS} == {"."}


@pytest.mark.parametrize("service", sorted(set(SERVICES) - {"migrate"}))
def test_every_lasting_service_has_a_health_check(service: str) -> None:
    assert SERVICES[service]["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}


@pytest.mark.parametrize("service", ["web", "worker", "beat"])
def test_the_application_waits_for_migrations_and_does_not_know_the_owners_password(service: str) -> None:
    assert SERVICES[service]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    environment = SERVICES[service]["environment"]
    assert f"//{APPLICATION}:" in environment["DATABASE_URL"]
    assert "CSMS_OWNER_PASSWORD" not in str(environment)
    assert environment.get("CSMS_ROLE", "app") != "owner"


def test_migrations_run_as_the_owner() -> None:
    environment = SERVICES["migrate"]["environment"]
    assert environment["CSMS_ROLE"] == "owner"
    assert f"//{OWNER}:" in environment["DATABASE_OWNER_URL"]


def test_the_database_orders_names_as_the_embedded_one_does() -> None:
    arguments = SERVICES["database"]["environment"]["POSTGRES_INITDB_ARGS"].split()
    assert {"--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"} <= set(arguments)


def test_the_database_plans_and_keeps_as_the_embedded_one_does() -> None:
    given = {name: SETTINGS_OF_SERVER[name] for name in ("shared_buffers", "jit")}
    assert SERVICES["database"]["command"] == [
        "postgres",
        *(part for one in given.items() for part in ("-c", "=".join(one))),
    ]


def test_the_database_makes_the_two_roles_and_lets_only_them_in() -> None:
    script = (ROOT / "stack" / "docker" / "roles.sh").read_text()
    assert "./stack/docker/roles.sh:/docker-entrypoint-initdb.d/roles.sh:ro" in SERVICES["database"]["volumes"]
    for role in (OWNER, APPLICATION):
        assert f"create role {role} login password" in script
    assert f"create database {DATABASE} owner {OWNER};" in script
    assert f"revoke connect on database {DATABASE} from public;" in script
    assert "superuser" not in script


def test_no_password_has_a_default() -> None:
    secret = re.findall(r"\$\{(CSMS_\w*(?:PASSWORD|KEY))(:?[-?])?", (ROOT / "docker-compose.yml").read_text())
    assert len(secret) >= 4
    assert {name for name, operator in secret if operator != ":?"} <= {"CSMS_MAIL_PASSWORD"}


def test_only_the_web_server_is_reached_from_outside_and_only_through_a_proxy() -> None:
    assert {name: service["ports"] for name, service in SERVICES.items() if "ports" in service} == {
        "web": ["127.0.0.1:8000:8000"]
    }


def test_the_image_installs_the_production_lock_and_runs_without_privileges() -> None:
    assert "--require-hashes" in DOCKERFILE
    assert "-r /tmp/requirements-production.lock" in DOCKERFILE
    assert "requirements.lock" not in DOCKERFILE
    assert re.findall(r"^USER (\w+)$", DOCKERFILE, re.MULTILINE) == ["csms"]


def test_the_image_carries_every_package_of_the_product() -> None:
    sent = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    packages = {found.parent.name for found in ROOT.glob("*/__init__.py")} - {"tests", "bench"}
    assert packages - sent == set()
