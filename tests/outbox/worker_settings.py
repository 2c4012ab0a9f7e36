"""The settings of a real worker process that knows the tests' kind of message."""

from lucky_link.settings import *  # noqa: F403
from lucky_link.settings import TEMPLATES
from tests.outbox import notes_templates

TEMPLATES[0]["DIRS"] = [*TEMPLATES[0]["DIRS"], notes_templates.FOLDER]
