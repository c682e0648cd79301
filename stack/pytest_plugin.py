"""Gives each test run servers of its own, before pytest-django reads the settings (`-p stack.pytest_plugin`)."""

import atexit
import os
from pathlib import Path

from registers.addresses import own_database
from stack import snapshots
from stack.servers import Servers, discard_abandoned, throw_away_data

# A worker inherits broker and folder; its part of them no other may empty.
if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    os.environ["REDIS_URL"] = own_database(os.environ["REDIS_URL"], int(worker.removeprefix("gw")))
    own_folder = Path(os.environ["CSMS_DATA_DIR"]) / worker
    own_folder.mkdir(exist_ok=True)
    os.environ["CSMS_DATA_DIR"] = str(own_folder)
else:
    discard_abandoned()
    if not os.environ.get("DATABASE_URL"):  # a server that is thrown away, and the databases with it
        os.environ[snapshots.VARIABLE] = str(snapshots.migrated())
    servers = Servers(f"test-{os.getpid()}", "test").up()
    atexit.register(servers.down)
    os.environ["CSMS_DATA_DIR"] = str(throw_away_data(servers.instance))
os.environ["CSMS_TESTING"] = "1"
os.environ["CSMS_ROLE"] = "owner"
