"""The Celery application and its timetable: beat only wakes, all due times are computed from state."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "csms.settings")

app = Celery("csms")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    name: {"task": task, "schedule": seconds, "options": {"expires": seconds}}
    for name, task, seconds in (
        ("heartbeat", "registers.tasks.heartbeat", 30),
        ("jobs", "registers.tasks.resend_jobs", 30),
        ("mail", "registers.tasks.send_mail", 30),
        ("seals", "registers.tasks.seal_history", 60),
        ("rematch", "patching.tasks.rematch", 60),
        ("poll", "patching.tasks.poll_due", 60),
        ("decisions", "programme.tasks.lapse_decisions", 60),
    )
}
