"""Project package: settings, URLs, Celery, the local launcher, and the demonstration."""

from lucky_link.celery import app as celery_app

__all__ = ["celery_app"]
