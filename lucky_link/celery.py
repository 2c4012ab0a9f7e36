"""The Celery application and its periodic tasks."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lucky_link.settings")

app = Celery("lucky_link")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Seconds between two runs. Each task is a short sweep over database rows, safe to run twice; `expires` keeps
# a restarted worker from running a backlog of them.
PERIODIC_TASKS = {
    "outbox.tasks.deliver_due": 10,
    "partnerships.tasks.seal_signed_charters": 10,
    "partnerships.tasks.settle_due_rounds": 10,
}
# By the calendar: an interval of a week would restart at each restart of beat.
WEEKLY_TASKS = {
    "partnerships.tasks.apply_retention": crontab(minute=30, hour=3, day_of_week="sun"),
}
WEEKLY_EXPIRES = 12 * 3600

# A request that posts a message does not wait when the queue is down.
app.conf.broker_transport_options = {
    "max_retries": 0,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
    "socket_connect_timeout": 2,
}
# In memory: a schedule file stays locked after a kill and prevents beat from starting.
app.conf.beat_scheduler = "celery.beat:Scheduler"
app.conf.beat_schedule = {
    task: {"task": task, "schedule": seconds, "options": {"expires": seconds}}
    for task, seconds in PERIODIC_TASKS.items()
} | {
    task: {"task": task, "schedule": night, "options": {"expires": WEEKLY_EXPIRES}}
    for task, night in WEEKLY_TASKS.items()
}
