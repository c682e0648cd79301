"""REST against bare DRF views on the same tables."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.test import Client, RequestFactory
from django.utils import timezone
from rest_framework import serializers, viewsets
from rest_framework.pagination import LimitOffsetPagination

from accounts.grants import grant
from accounts.models import Organisation, Role, Site, User
from accounts.tokens import issue
from assets.models import Asset, Zone
from bench.rows import Row, pair, seconds

FIELDS = [
    "id", "site", "zone", "name", "kind", "vendor", "product", "model_number", "serial_number", "version", "ip_address",
    "mac_address", "location", "owner", "lifecycle", "criticality", "verified_on", "note",
]  # fmt: skip


class BareSerializer(serializers.ModelSerializer):
    """DRF as it comes."""

    class Meta:
        model = Asset
        fields = FIELDS


class BarePaging(LimitOffsetPagination):
    """DRF as it comes."""

    default_limit = 50


class Bare(viewsets.ModelViewSet):
    """DRF as it comes: no permission, no history door, no filters."""

    authentication_classes, permission_classes, throttle_classes = (), (), ()
    queryset = Asset.objects.order_by("name", "id")
    serializer_class = BareSerializer
    pagination_class = BarePaging

    def get_queryset(self) -> Any:
        """Search as one writes it first: unindexed."""
        text = self.request.query_params.get("q")
        found = super().get_queryset()
        if text:
            found = found.filter(
                Q(name__icontains=text)
                | Q(vendor__icontains=text)
                | Q(product__icontains=text)
                | Q(serial_number__icontains=text)
            )
        return found


def program(role: Role, place: Any, name: str) -> Client:
    """Return a client with a token of a new person with one role."""
    user = User.objects.create_user(f"{name}@bench.example", name=name)
    grant(user, role, place)
    now = timezone.now()
    _row, text = issue(user, "bench", ["read", "write"], expires_at=now + timedelta(days=1), now=now)
    return Client(headers={"Authorization": f"Bearer {text}"})


def run() -> Iterator[Row]:
    """Yield the rows; needs the scaled plant."""
    client = program(Role.MANAGER, Organisation.objects.get(), "manager")
    factory, bare_list, bare_one = RequestFactory(), Bare.as_view({"get": "list"}), Bare.as_view({"get": "retrieve"})
    one = Asset.objects.order_by("pk").first()
    assert one is not None

    def ours(path: str) -> Any:
        return lambda: _well(client.get(f"/api/v1/{path}"))

    def bare(query: str) -> Any:
        return lambda: bare_list(factory.get(f"/bare/?{query}")).render()

    for name, path, query, target in (
        ("REST list, 50 rows", "assets/", "", 3.0),
        ("REST search q=", "assets/?q=sn00012", "q=sn00012", 1.0),
        ("REST deep page", "assets/?offset=90000", "offset=90000", 1.5),
    ):
        a, b = pair(ours(path), bare(query))
        yield Row(name, a / b, "x bare DRF", target)
        if "search" in name:
            yield Row("REST search time", a * 1000, "ms", 100)
    a, b = pair(ours(f"assets/{one.pk}/"), lambda: bare_one(factory.get("/bare/"), pk=one.pk).render(), 40)
    yield Row("REST detail", a / b, "x bare DRF", 4.0)
    yield from _separation()
    yield from _writes(client)


def _separation() -> Iterator[Row]:
    sites = list(Site.objects.all()[:3])
    three = program(Role.ENGINEER, sites[0], "three")
    for site in sites[1:]:
        grant(User.objects.get(email="three@bench.example"), Role.ENGINEER, site)
    all_sites = program(Role.MANAGER, Organisation.objects.get(), "all")
    a, b = pair(lambda: _well(three.get("/api/v1/assets/")), lambda: _well(all_sites.get("/api/v1/assets/")))
    yield Row("permission: three sites of many", a / b, "x everything", 1.3)


def _writes(client: Client) -> Iterator[Row]:
    zone = Zone.objects.order_by("pk").first()
    assert zone is not None
    counter = iter(range(10**9))

    def body() -> dict[str, Any]:
        return {
            "site": str(zone.site_id),
            "zone": str(zone.pk),
            "name": f"NEW-{next(counter)}",
            "kind": "PLC",
            "vendor": "Moxa",
        }

    def post(data: Any) -> Any:
        return client.post("/api/v1/assets/", json.dumps(data), content_type="application/json")

    times = sorted(seconds(lambda: _well(post(body()), 201)) for _ in range(30))
    yield Row("create one by REST", times[15] * 1000, "ms", 20)
    yield Row("create 1,000 in bulk by REST", seconds(lambda: _well(post([body() for _ in range(1000)]), 201)), "s", 3)


def _well(response: Any, status: int = 200) -> None:
    if response.status_code != status:
        raise RuntimeError(f"{response.status_code}: {response.content[:300]!r}")
