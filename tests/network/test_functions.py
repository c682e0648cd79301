"""Security functions of assets: named in form, file and REST, found by filter, and their absence seen (N7)."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Site, User
from assets.imports import ASSET_IMPORTER
from assets.models import Asset
from network import functions
from registers.files.importing import Row
from registers.history.timeline import entries

pytestmark = pytest.mark.django_db
F = Asset.Function


def judged(site: Site, by: User, **cells: str) -> Row:
    """Return a row of a file of assets as the import judges it."""
    row = Row(number=2, cells=cells)
    ASSET_IMPORTER.judging(site=site, user=by, source="list.csv")([row])
    return row


class TestNamed:
    def test_none_by_default(self, plc: Asset) -> None:
        assert Asset.objects.get(pk=plc.pk).functions == []

    def test_in_the_form_in_their_order_and_told_in_history(
        self, plc: Asset, emil: User, signed_in: Callable[[User], Any]
    ) -> None:
        browser = signed_in(emil)
        address = f"/assets/assets/{plc.pk}/change/"
        assert browser.get(address).content.decode().count('name="functions"') == len(F)
        given = {"site": plc.site_id, "zone": plc.zone_id, "name": plc.name, "kind": "PLC", "lifecycle": "IN_USE"}
        assert browser.post(address, {**given, "functions": ["TIME", "FIREWALL"]}).status_code == 302
        plc.refresh_from_db()
        assert plc.functions == ["FIREWALL", "TIME"]
        assert "Boundary firewall, Time server" in browser.get(plc.get_absolute_url()).content.decode()
        (change,) = [one for one in entries(plc)[0].changes if one.field == "functions"]
        assert (change.old, change.new) == ("nothing", "Boundary firewall, Time server")
        assert browser.post(address, {**given, "functions": ["CLOWN"]}).status_code == 422

    def test_over_rest_by_code(self, plc: Asset, emil: User, rest: Callable[..., Any]) -> None:
        program = rest(emil)
        answer = program.send("patch", f"assets/{plc.pk}/", {"functions": ["LOGS", "FIREWALL", "LOGS"]})
        assert (answer.status_code, answer.json()["functions"]) == (200, ["FIREWALL", "LOGS"])
        assert program.send("patch", f"assets/{plc.pk}/", {"functions": ["CLOWN"]}).status_code == 400

    def test_by_file_by_code_or_word(self, plc: Asset, emil: User) -> None:
        row = judged(plc.site, emil, name=plc.name, zone="", functions="time server; FIREWALL")
        assert (row.verdict, row.values["functions"]) == ("update", ["FIREWALL", "TIME"])
        ASSET_IMPORTER.write([row], site=plc.site, user=emil)
        plc.refresh_from_db()
        assert plc.functions == ["FIREWALL", "TIME"]
        assert judged(plc.site, emil, name=plc.name, functions="FIREWALL; TIME").verdict == "unchanged"
        assert judged(plc.site, emil, name=plc.name).verdict == "unchanged"
        assert judged(plc.site, emil, name=plc.name, functions="-").values["functions"] == []
        wrong = judged(plc.site, emil, name=plc.name, functions="clown")
        assert wrong.verdict == "error"

    def test_an_export_comes_back_as_it_went(self, plc: Asset, emil: User, signed_in: Callable[[User], Any]) -> None:
        Asset.objects.filter(pk=plc.pk).update(functions=["JUMP_HOST", "LOGS"])
        answer = signed_in(emil).get("/assets/assets/export/")
        (told,) = csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))
        assert told["functions"] == "JUMP_HOST; LOGS"
        assert judged(plc.site, emil, name=plc.name, functions=told["functions"]).verdict == "unchanged"


class TestFound:
    def test_a_filter_asks_for_any_of_them_on_page_and_over_rest(
        self, plc: Asset, emil: User, rest: Callable[..., Any], signed_in: Callable[[User], Any]
    ) -> None:
        Asset.objects.filter(pk=plc.pk).update(functions=["FIREWALL", "TIME"])
        Asset.objects.create(site=plc.site, name="N-HMI-1")
        program, page = rest(emil), "/assets/assets/?columns=name,functions&"
        for asked, count in (("functions=TIME&functions=LOGS", 1), ("functions=LOGS", 0), ("", 2)):
            assert program.send("get", f"assets/?{asked}").json()["count"] == count
            assert signed_in(emil).get(f"{page}{asked}").context_data["count"] == count
        assert program.send("get", "assets/?functions=CLOWN").status_code == 400
        assert "Boundary firewall, Time server" in signed_in(emil).get(page).content.decode()


class TestAbsent:
    def test_only_an_asset_in_use_fulfils_and_the_absent_stand_first(self, plc: Asset, nils: User) -> None:
        Asset.objects.filter(pk=plc.pk).update(functions=["FIREWALL", "TIME"])
        Asset.objects.create(site=plc.site, name="N-PLAN", lifecycle="PLANNED", functions=["LOGS"])
        found = functions.at(nils, plc.site)
        assert {one.function for one in found if one.assets} == {F.FIREWALL, F.TIME}
        assert [bool(one.assets) for one in found] == [False] * 6 + [True] * 2

    def test_a_site_lacks_none_when_its_assets_share_all(self, plc: Asset, north: Site, south: Site) -> None:
        lacking = Site.objects.filter(functions.lacking())
        assert list(lacking) == [north]  # SOUTH has no asset in use, so nothing to protect
        Asset.objects.filter(pk=plc.pk).update(functions=F.values[1:])
        assert list(lacking.all()) == [north]
        Asset.objects.create(site=north, name="N-FW", functions=F.values[:1], lifecycle="SPARE")
        assert list(lacking.all()) == [north]
        Asset.objects.filter(name="N-FW").update(lifecycle="IN_USE")
        assert list(lacking.all()) == []

    def test_the_pages_of_drawing_and_site_name_what_fulfils_and_what_is_absent(
        self, plc: Asset, nils: User, signed_in: Callable[[User], Any]
    ) -> None:
        Asset.objects.filter(pk=plc.pk).update(functions=["BACKUP"])
        browser = signed_in(nils)
        for address in (f"/network/drawing/?site={plc.site_id}", plc.site.get_absolute_url()):
            page = browser.get(address).content.decode()
            assert page.count("no asset in use") == len(F) - 1
            assert plc.name in page[page.index('id="functions"') :]
