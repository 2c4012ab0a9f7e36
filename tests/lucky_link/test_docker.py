"""The compose file: no secret has a default, every service has a health check, one image runs the product."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
PRODUCT = ("web", "worker", "beat", "migrate")


@pytest.mark.parametrize("name", [name for name in SERVICES if name != "migrate"])
def test_a_service_that_keeps_running_has_a_health_check(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]


@pytest.mark.parametrize("name", PRODUCT)
def test_one_image_runs_the_product(name: str) -> None:
    assert SERVICES[name]["image"] == "lucky-link"
    assert SERVICES[name]["build"] == "."


def test_no_secret_has_a_default() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    defaults = re.findall(r"\$\{(\w+)(?::-|-)", text)
    assert set(defaults) <= {
        "BROKER_NAME",
        "BROKER_LEGAL_FORM",
        "BROKER_NUMBER",
        "BROKER_ADDRESS",
        "INSPECTIONS_AT_ONCE",
        "SECRET_KEY_FALLBACKS",
        "TIMESTAMP_URL",
        "TRUSTED_PROXY_COUNT",
        "REGISTER_COMPANIES_URL",
        "REGISTER_ASSOCIATIONS_URL",
    }
    assert {"SECRET_KEY", "POSTGRES_PASSWORD", "POSTGRES_APPLICATION_PASSWORD", "EMAIL_URL"} <= set(
        re.findall(r"\$\{(\w+):\?", text)
    )


def test_the_processes_wait_for_the_migrations() -> None:
    for name in ("web", "worker", "beat"):
        assert SERVICES[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_only_the_migrations_know_the_owner_of_the_tables() -> None:
    for name, service in SERVICES.items():
        environment = service.get("environment", {})
        assert ("DATABASE_OWNER_URL" in environment) == (name == "migrate"), name
        if name in PRODUCT:
            assert environment["DATABASE_URL"].startswith("postgresql://lucky_application:")
            assert ("POSTGRES_PASSWORD" in str(environment)) == (name == "migrate")


def test_every_port_is_bound_to_localhost() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_the_image_does_not_run_as_root() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert "USER lucky" in lines
    assert lines.index("USER lucky") < next(n for n, line in enumerate(lines) if line.startswith("CMD"))
