"""How gunicorn serves the portal, by `./portal run` and in the container alike."""

import gc
from typing import Any

worker_class = "gthread"
workers = 2
threads = 4
timeout = 60
graceful_timeout = 8
keepalive = 5
limit_request_line = 8190
# A worker is replaced now and then, so that memory which a request left behind comes back; never both at once.
max_requests = 2000
max_requests_jitter = 400
control_socket_disable = True
loglevel = "warning"


def post_worker_init(worker: Any) -> None:
    """Load what stands behind the addresses before the first request, and leave it out of each garbage collection."""
    from django.urls import reverse  # Django is there once a worker has loaded the application

    reverse("home")
    gc.freeze()
