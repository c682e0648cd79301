"""Parses and stores the advisories of a folder in a process of its own; prints seconds and the peak of its memory in MB."""

import os
import resource
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "csms.settings")

import django

django.setup()

from django.utils import timezone  # noqa: E402

from bench.rows import seconds  # noqa: E402
from patching import polling  # noqa: E402

if __name__ == "__main__":
    source = polling.source_for(sys.argv[1])
    took = seconds(lambda: polling.poll(source, now=timezone.now()))
    print(took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)
