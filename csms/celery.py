"""The Celery application and its timetable: beat only wakes, all due times are computed from state."""

import gc
import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, worker_init, worker_process_init
from django.db import connection
from django.urls import reverse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "csms.settings")

app = Celery("csms")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.update(
    task_serializer="json",
    result_serializer="json",
    accept_content=["json"],
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    task_time_limit=1500,  # below the visibility time-out, so that no task ever runs on two workers at once
    task_soft_time_limit=1440,
    # A page waits no longer than 5 s for a broker that hangs.
    broker_transport_options={"visibility_timeout": 1800, "socket_timeout": 5},
    broker_connection_retry_on_startup=True,
    worker_prefetch_multiplier=1,
    worker_max_memory_per_child=800_000,
    worker_hijack_root_logger=False,
    timezone="UTC",
)

app.conf.beat_schedule = {
    name: {"task": task, "schedule": seconds, "options": {"expires": seconds}}
    for name, task, seconds in (
        ("heartbeat", "registers.tasks.heartbeat", 30),
        ("jobs", "registers.tasks.resend_jobs", 30),
        ("mail", "registers.tasks.send_mail", 30),
        ("seals", "registers.tasks.seal_history", 60),
        ("rematch", "patching.tasks.rematch", 60),
        ("patches", "patching.tasks.propose_patches", 60),
        ("deferrals", "patching.tasks.reopen_deferred", 600),
        ("poll", "patching.tasks.poll_due", 60),
        ("trend", "reports.tasks.keep_points", 60),
        ("files", "registers.tasks.sweep_files", 6 * 3600),
        ("segmentation", "network.tasks.recheck", 60),
        ("flows", "network.tasks.measure_flows", 60),
        ("levels", "network.tasks.settle_levels", 60),
        ("risks", "risk.tasks.reassess", 60),
        ("decisions", "programme.tasks.lapse_decisions", 60),
        ("roles", "accounts.tasks.close_roles", 60),
    )
}


@beat_init.connect  # type: ignore[untyped-decorator]  # Celery has no types
def first_pulse(**_: Any) -> None:
    """Show at once that beat lives, so that the portal is ready without waiting for the first turn."""
    app.send_task("registers.tasks.heartbeat")


@worker_init.connect  # type: ignore[untyped-decorator]  # Celery has no types
def load_pages(**_: Any) -> None:
    """Load what stands behind the addresses before the pool forks: every process has it then, and none waits for it."""
    reverse("home")


@worker_process_init.connect  # type: ignore[untyped-decorator]  # Celery has no types
def settle_in(**_: Any) -> None:
    """Leave what stands since the start out of each garbage collection, and let the database work as long as a task may.

    What is cut off after the two minutes of a page is done again at the next turn, and cut off again: a seal of a million
    rows was never made.
    """
    gc.freeze()
    options = connection.settings_dict["OPTIONS"]
    options["options"] += f" -c statement_timeout={app.conf.task_soft_time_limit}s"
