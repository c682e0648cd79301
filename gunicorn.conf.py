"""How gunicorn serves the portal, by `./portal run` and in the container alike."""

import gc
from typing import Any

from gunicorn import util
from gunicorn.http import message, parser
from gunicorn.workers import gthread

from csms.patience import SILENT, PatientUnreader, WholeReader
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
# There is no setting for these.
util.write_error = refuse
parser.SocketUnreader = PatientUnreader
message.LengthReader = WholeReader
gthread.DEFAULT_WORKER_DATA_TIMEOUT = SILENT


def post_worker_init(worker: Any) -> None:
    """Leave what stands since the start out of each garbage collection: it stays as long as the worker."""
    gc.freeze()
