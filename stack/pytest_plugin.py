"""Gives each test run servers of its own, before pytest-django reads the settings (`-p stack.pytest_plugin`)."""

import atexit
import os

from stack import snapshots
from stack.servers import Servers, discard_abandoned, throw_away_data

if not os.environ.get("PYTEST_XDIST_WORKER"):  # workers inherit the addresses from the process that started them
    discard_abandoned()
    if not os.environ.get("DATABASE_URL"):  # a server that is thrown away, and the databases with it
        os.environ[snapshots.VARIABLE] = str(snapshots.migrated())
    servers = Servers(f"test-{os.getpid()}", "test").up()
    atexit.register(servers.down)
    os.environ["CSMS_DATA_DIR"] = str(throw_away_data(servers.instance))
os.environ["CSMS_TESTING"] = "1"
os.environ["CSMS_ROLE"] = "owner"
