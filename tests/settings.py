"""The settings of a test run: the real ones, with what would only cost time taken out."""

import os
from pathlib import Path

# Type checking and collection need settings that load; conftest.py gives the real addresses first.
os.environ.setdefault("SECRET_KEY", "a key for tests only, long enough to satisfy every check of it")
os.environ.setdefault("DATABASE_URL", "postgresql:///lucky_link")
os.environ.setdefault("REDIS_URL", "redis://localhost:6379/0")

from lucky_link.settings import *
from lucky_link.settings import DATABASES, STORAGES, TEMPLATES, VAR_DIR
from tests.guards.undefined import UndefinedVariable

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UndefinedVariable()
APPLICATION_DATABASE = DATABASES["default"]
APPLICATION_DATABASE["OPTIONS"].pop("pool", None)
# The owner creates the test database; `tests.database_owner` then takes the role of the application.
DATABASES = {"default": DATABASES.get("owner", APPLICATION_DATABASE)}
# Each process of the tests has slots of its own.
INSPECTION_SLOTS_DIR = str(Path(VAR_DIR) / f"inspections-{os.getpid()}")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# A worker of somebody else on the same server must not pick up what a test posts.
CELERY_TASK_DEFAULT_QUEUE = f"tests-{os.getpid()}"
# WhiteNoise warns about a missing folder; the tests collect no static files.
STATIC_ROOT = Path(VAR_DIR) / "static"
