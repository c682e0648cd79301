"""The portal as a whole: settings, addresses, and every app put together."""

import gc

gc.disable()  # until the apps are loaded (registers.apps): nothing of them is garbage, and looking for it takes a sixth of a start

from csms.celery import app as celery_app  # noqa: E402

__all__ = ["celery_app"]
