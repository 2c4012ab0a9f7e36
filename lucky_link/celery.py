"""The Celery application and its periodic tasks."""

import os
import tempfile
from pathlib import Path
from typing import Any

from celery import Celery, beat
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lucky_link.settings")

# Touched by beat several times a minute; the health check of its container reads the time of it.
HEARTBEAT_FILE = Path(tempfile.gettempdir()) / "beat-heartbeat"


class HeartbeatScheduler(beat.Scheduler):
    """Schedule in memory: a schedule file stays locked after a kill and prevents beat from starting."""

    def tick(self, *args: Any, **options: Any) -> float:
        """Send the tasks that are due, and show that beat is alive. Return the seconds to the next tick."""
        HEARTBEAT_FILE.touch()
        seconds: float = super().tick(*args, **options)
        return seconds


app = Celery("lucky_link")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Seconds between two runs. Each task is a short sweep over database rows, safe to run twice; `expires` keeps
# a restarted worker from running a backlog of them.
PERIODIC_TASKS = {
    "outbox.tasks.deliver_due": 10,
    "partnerships.tasks.seal_signed_charters": 10,
    "partnerships.tasks.settle_due_rounds": 10,
    "partnerships.tasks.accept_unanswered_evidence": 60,
    "partnerships.tasks.write_closing_reports": 30,
}
# By the calendar: a long interval would restart at each restart of beat.
CALENDAR_TASKS = {
    "partnerships.tasks.ask_due_questionnaires": crontab(minute=5, hour=9, day_of_week="mon-fri"),
    "partnerships.tasks.apply_retention": crontab(minute=30, hour=3, day_of_week="sun"),
}
CALENDAR_EXPIRES = 12 * 3600

# A request that posts a message does not wait when the queue is down.
app.conf.broker_transport_options = {
    "max_retries": 0,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
    "socket_connect_timeout": 2,
}
app.conf.beat_scheduler = "lucky_link.celery:HeartbeatScheduler"
app.conf.beat_schedule = {
    task: {"task": task, "schedule": seconds, "options": {"expires": seconds}}
    for task, seconds in PERIODIC_TASKS.items()
} | {
    task: {"task": task, "schedule": night, "options": {"expires": CALENDAR_EXPIRES}}
    for task, night in CALENDAR_TASKS.items()
}
