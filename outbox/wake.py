"""Starts a delivery task at once instead of at the next beat."""

import functools
import logging

import redis.exceptions
from celery import current_app
from django.db import transaction
from kombu.exceptions import KombuError

logger = logging.getLogger(__name__)

# By name: this module may not import the tasks.
TASK = "outbox.tasks.deliver_due"


def wake(task: str = TASK) -> None:
    """Send the task now. An unavailable queue is only logged: the beat sends the task anyway."""
    try:
        current_app.send_task(task, retry=False, ignore_result=True)
    except (KombuError, redis.exceptions.RedisError, OSError) as error:
        logger.warning("The worker could not be woken: %s", error)


def wake_on_commit(task: str = TASK) -> None:
    """Send the task once when the current transaction commits, however often this is called."""
    hooks = transaction.get_connection().run_on_commit
    if not any(getattr(hook, "args", None) == (task,) for _savepoints, hook, _robust in hooks):
        transaction.on_commit(functools.partial(wake, task), robust=True)
