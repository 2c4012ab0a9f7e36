"""The product's worker, with the tests' kinds of message and an impatient beat."""

from datetime import timedelta

import django

from lucky_link.celery import app

django.setup()

from outbox import kinds  # noqa: E402
from outbox.sending import delivery  # noqa: E402
from tests.outbox import notes  # noqa: E402

for kind in notes.KINDS:
    kinds.register(kind)

# A worker that was killed is followed within seconds.
delivery.LEASE = timedelta(seconds=3)
TASK = "outbox.tasks.deliver_due"
app.conf.beat_schedule = {TASK: {"task": TASK, "schedule": 0.5, "options": {"expires": 5}}}

__all__ = ["app"]
