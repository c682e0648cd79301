"""`./portal bench [NAME]`: scales a plant in a throw-away database, measures, prints a table, writes var/bench.json."""

import argparse
import gc
import json
import os
import sys
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "csms.settings")
os.environ["CSMS_ROLE"], os.environ["CSMS_RATE_LIMIT"] = "owner", "0"

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.urls import reverse  # noqa: E402

from bench import advisories, files, growth, history, pages, processes, rest, risk  # noqa: E402
from csms.scale import fill  # noqa: E402
from registers.models import Installation  # noqa: E402

SUITES = {
    "rest": rest.run,
    "pages": pages.run,
    "history": history.run,
    "import": files.run,
    "advisories": advisories.run,
    "risk": risk.run,
}
# These take minutes, or a portal of their own: each runs only when it is named.
LONG = {"growth": growth.run, "memory": processes.memory, "start": processes.start}
ASSETS, SITES = int(os.environ.get("CSMS_BENCH_ASSETS", "100000")), 50
FEWER = {"growth": growth.FEW, "start": 0}


def main(wanted: str, path: Path) -> int:
    """Measure one suite, or all; return 1 if a row misses its target."""
    reverse("home")
    gc.freeze()  # both as the processes of web and worker do when they start
    call_command("grant_roles", verbosity=0)
    settings.ALLOWED_HOSTS.append("testserver")
    Installation.objects.create(demo=True)
    fill(FEWER.get(wanted, ASSETS), SITES)
    rows = []
    for run in [(SUITES | LONG)[wanted]] if wanted else SUITES.values():
        for row in run():
            rows.append(row)
            print(
                f"{'ok  ' if row.ok else 'MISS'} {row.name:<52} {row.value:>10.2f} {row.unit:<12} target {row.target:g}",
                flush=True,
            )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([row.as_json() for row in rows], indent=1))
    return 0 if all(row.ok for row in rows) else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", nargs="?", default="", choices=["", *SUITES, *LONG])
    parser.add_argument("--json", type=Path, required=True)
    given = parser.parse_args()
    sys.exit(main(given.name, given.json))
