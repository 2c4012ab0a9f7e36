"""The Celery application, and the only list of periodic work."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lucky_link.settings")

app = Celery("lucky_link")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Seconds between two runs. Each task is a short sweep over rows of the database, safe to run twice;
# `expires` keeps a stopped worker from finding a pile of stale "now"s when it comes back.
PERIODIC_WORK = {
    "outbox.tasks.deliver_due": 10,
    "partnerships.tasks.seal_signed_charters": 10,
    "partnerships.tasks.settle_due_rounds": 10,
}
# At night, by the calendar: a count of a week's seconds starts anew at each restart and may never end.
WEEKLY_WORK = {
    "partnerships.tasks.apply_retention": crontab(minute=30, hour=3, day_of_week="sun"),
}
HALF_A_DAY = 12 * 3600

# A page that posts a message does not wait for a queue that is down: the worker is woken or it is not.
app.conf.broker_transport_options = {
    "max_retries": 0,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
    "socket_connect_timeout": 2,
}
# In memory: a schedule kept on disk stays locked after a kill and stops the beat for good.
app.conf.beat_scheduler = "celery.beat:Scheduler"
app.conf.beat_schedule = {
    task: {"task": task, "schedule": seconds, "options": {"expires": seconds}}
    for task, seconds in PERIODIC_WORK.items()
} | {
    task: {"task": task, "schedule": night, "options": {"expires": HALF_A_DAY}}
    for task, night in WEEKLY_WORK.items()
}
