"""The wiring: settings, addresses, periodic work, and the services of an embedded run."""

from lucky_link.celery import app as celery_app

__all__ = ["celery_app"]
