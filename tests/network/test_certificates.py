"""What certificates say stands with the zone and with the asset; one that has run out says nothing (N6)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from assets.models import Asset, Zone
from network.models import ComponentCertificate
from registers import clock


@pytest.fixture
def certificate(plc: Asset) -> ComponentCertificate:
    return ComponentCertificate.objects.create(
        vendor="Siemens", product="CPU 1516", model_number="6ES7516", scheme="IECEE 62443-4-2", number="C-17", sl_c=[2, 2, 2, 1, 2, 2, 2],
        valid_until=clock.now().date(),
    )  # fmt: skip


def shown(client: Client, zone: Zone) -> Any:
    """Return what the page of levels says of a zone's components."""
    groups = client.get(f"/network/security-levels/?site={zone.site_id}").context["groups"]
    return next(row[-1] for row in groups[0][1] if row[0] == zone)


@pytest.mark.django_db
class TestPages:
    def test_zone_and_asset_show_it(
        self,
        certificate: ComponentCertificate,
        plc: Asset,
        pumping: Zone,
        nils: User,
        signed_in: Callable[[User], Client],
    ) -> None:
        Asset.objects.create(site=pumping.site, zone=pumping, name="Switch", vendor="Cisco", product="IE 3400")
        Asset.objects.create(site=pumping.site, zone=pumping, name="Old", vendor="Cisco", lifecycle="RETIRED")
        told = shown(signed_in(nils), pumping)
        assert (told.levels, told.certified, told.of) == ((2, 2, 2, 1, 2, 2, 2), 1, 2)
        assert b"IECEE 62443-4-2 C-17" in signed_in(nils).get(plc.get_absolute_url()).content

    def test_past_its_day_it_says_nothing(
        self,
        certificate: ComponentCertificate,
        plc: Asset,
        pumping: Zone,
        nils: User,
        signed_in: Callable[[User], Client],
    ) -> None:
        ComponentCertificate.objects.update(valid_until=clock.now().date() - timedelta(days=1))
        assert shown(signed_in(nils), pumping).levels is None
        assert b"C-17" not in signed_in(nils).get(plc.get_absolute_url()).content

    def test_it_names_a_product(self, mara: User, rest: Callable[..., Any]) -> None:
        body = {"vendor": "Siemens", "scheme": "x", "number": "1", "sl_c": [1] * 7}
        refused = rest(mara).send("post", "component-certificates/", body)
        assert (refused.status_code, "product" in refused.content.decode()) == (400, True)
        assert rest(mara).send("post", "component-certificates/", body | {"product": "S7"}).status_code == 201
