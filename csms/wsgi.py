"""The web process."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import reverse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "csms.settings")
application = get_wsgi_application()
reverse("home")  # loads what stands behind the addresses, so that no request waits for it
