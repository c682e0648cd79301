"""How gunicorn serves the portal, by `./portal run` and in the container alike."""

import gc
from typing import Any

from gunicorn import util

from csms.refusing import refuse

worker_class = "gthread"
workers = 2
threads = 4
preload_app = True  # loaded once, and shared by the workers until they write to it
timeout = 60
graceful_timeout = 8
keepalive = 5
limit_request_line = 8190
# A worker is replaced now and then, so that memory which a request left behind comes back; never both at once.
max_requests = 2000
max_requests_jitter = 400
control_socket_disable = True
loglevel = "warning"
util.write_error = refuse  # there is no setting for it


def post_worker_init(worker: Any) -> None:
    """Leave what stands since the start out of each garbage collection: it stays as long as the worker."""
    gc.freeze()
