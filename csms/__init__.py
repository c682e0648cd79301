"""The portal as a whole: settings, addresses, and every app put together."""

from csms.celery import app as celery_app

__all__ = ["celery_app"]
