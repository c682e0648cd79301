"""The addresses of REST collections: one record, and many in one request."""

from typing import Any

from rest_framework.routers import SimpleRouter


class RecordRouter(SimpleRouter):
    """Routes PATCH and DELETE on a collection to the changes of many records."""

    def __init__(self) -> None:
        super().__init__()
        listed: Any = self.routes[0]
        mapping = {**listed.mapping, "patch": "change_many", "delete": "delete_many"}
        self.routes = [listed._replace(mapping=mapping), *self.routes[1:]]
