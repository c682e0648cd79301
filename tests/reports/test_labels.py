"""Labels for the floor: one for each ticked asset that the person may change, leading to its page."""

from collections.abc import Callable
from io import BytesIO

import pytest
from django.test import Client
from pypdf import PdfReader

from accounts.models import User
from assets.models import Asset, Zone
from reports import labels


def words(pdf: bytes) -> list[str]:
    """Return the text of each page."""
    return [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]


def test_a_code_is_a_picture_without_script_and_differs_by_address() -> None:
    one, other = labels.code("http://localhost/assets/assets/1/"), labels.code("http://localhost/assets/assets/2/")
    assert one.startswith(b"<svg")
    assert b"<script" not in one
    assert one != other
    assert one == labels.code("http://localhost/assets/assets/1/")


@pytest.mark.django_db
class TestSheet:
    def test_the_ticked_assets_of_ones_own_sites_are_printed(
        self, plc: Asset, rtu: Asset, nils: User, signed_in: Callable[[User], Client]
    ) -> None:
        Asset.objects.filter(pk=plc.pk).update(serial_number="SC-77")
        answer = signed_in(nils).post("/reports/labels/", {"ids": [plc.pk, rtu.pk, "x"]})
        assert answer.status_code == 200
        assert answer["Content-Type"] == "application/pdf"
        (page,) = words(answer.content)
        assert "N-PS1-PLC01" in page
        assert "SC-77" in page
        assert "S-TEL-RTU07" not in page

    def test_each_code_is_the_address_of_its_assets_page(
        self, plc: Asset, nils: User, signed_in: Callable[[User], Client]
    ) -> None:
        drawn = labels.code(f"https://csms.example/assets/assets/{plc.pk}/")
        assert labels.pictures([plc], address="https://csms.example") == {str(plc.pk): ("image/svg+xml", drawn)}
        assert signed_in(nils).get(f"/assets/assets/{plc.pk}/").status_code == 200

    def test_all_that_the_filter_lets_through_fill_sheets_of_24(
        self, plc: Asset, pumping: Zone, nils: User, signed_in: Callable[[User], Client]
    ) -> None:
        Asset.objects.bulk_create(
            Asset(site=pumping.site, zone=pumping, name=f"N-FW{n:02}", kind="NETWORK_DEVICE", vendor="<b>Moxa</b>")
            for n in range(25)
        )
        given = {"all": "1", "query": "kind=NETWORK_DEVICE"}
        pages = words(signed_in(nils).post("/reports/labels/", given).content)
        assert [page.count("N-FW") for page in pages] == [24, 1]
        assert "<b>Moxa</b>" in pages[0]

    def test_none_ticked_or_too_many_are_refused_in_words(
        self, pumping: Zone, nils: User, signed_in: Callable[[User], Client]
    ) -> None:
        browser = signed_in(nils)
        assert "Tick the assets first." in browser.post("/reports/labels/", follow=True).content.decode()
        Asset.objects.bulk_create(Asset(site=pumping.site, name=f"N{n}") for n in range(labels.MOST + 1))
        told = browser.post("/reports/labels/", {"all": "1"}, follow=True).content.decode()
        assert f"{labels.MOST + 1} labels are too many for one file." in told

    def test_a_stranger_prints_nothing(self, plc: Asset, sven: User, signed_in: Callable[[User], Client]) -> None:
        assert signed_in(sven).post("/reports/labels/", {"ids": [plc.pk]}).status_code == 302

    def test_the_list_offers_it(self, plc: Asset, nils: User, signed_in: Callable[[User], Client]) -> None:
        assert 'formaction="/reports/labels/"' in signed_in(nils).get("/assets/assets/").content.decode()
