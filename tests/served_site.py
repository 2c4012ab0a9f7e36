"""The site as its web server serves it: real processes, static files collected, hashed and compressed."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from lucky_link.local import static_state
from lucky_link.local.launcher import free_port, web_command
from lucky_link.local.supervisor import Service, Supervisor
from tests.database_owner import application_url

ROOT = Path(__file__).resolve().parents[1]


def environment() -> dict[str, str]:
    """Return the environment of a process of the product, without its database."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "lucky_link.settings",
        "DATABASE_OWNER_URL": "",
        "SECRET_KEY": settings.SECRET_KEY,
    }


@pytest.fixture(scope="session")
def collected_static_files() -> Path:
    """Return the folder of collected files, collected anew unless it is up to date."""
    with static_state.exclusive_lock(ROOT):
        if static_state.is_needed(ROOT):
            command = [
                sys.executable,
                "manage.py",
                "collectstatic",
                "--noinput",
                "--clear",
                "--verbosity",
                "0",
            ]
            subprocess.run(command, cwd=ROOT, env=environment(), check=True)
            static_state.write(ROOT)
    return ROOT / static_state.COLLECTED


@pytest.fixture
def served_site(transactional_db: None, collected_static_files: Path, tmp_path: Path) -> Iterator[str]:
    """Start the web server of the product on the test database, and return the address of the site."""
    port = free_port(0)
    address = f"http://localhost:{port}"
    addresses = {
        "DATABASE_URL": application_url(),
        "PUBLIC_URL": address,
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "LUCKY_LINK_VAR": str(tmp_path),
    }
    supervisor = Supervisor()
    try:
        service = Service(
            name="web",
            command=web_command(port),
            log=tmp_path / "web.log",
            environment={**environment(), **addresses},
        )
        supervisor.wait_until(lambda: _answers(address), supervisor.start(service), seconds=60)
        yield address
    finally:
        supervisor.stop()


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/sante/", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False
