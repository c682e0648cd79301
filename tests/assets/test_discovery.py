"""A scan is taken in, compared and settled: discovered is not yet inventory, and the same file twice changes nothing."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Site, User
from assets import discovering, settling
from assets.models import Asset, DiscoveredDevice, DiscoveryScan, Interface, Network, Software, Zone
from assets.summary import waiting
from registers import jobs
from registers.history.timeline import entries
from registers.models import Job
from registers.workflow import NotPossible

DAY = date(2026, 11, 20)
HEAD = "name,vendor,serial_number,version,ip_address\n"


@pytest.fixture
def take(tmp_path: Path, north: Site, emil: User) -> Callable[..., DiscoveryScan]:
    """Take a table in as Emil and return its scan."""

    def taking(text: str, **more: Any) -> DiscoveryScan:
        path = tmp_path / "scan.csv"
        path.write_text(text)
        return discovering.take(path, "scan.csv", site=north, by=emil, seen_on=DAY, **more)[0]

    return taking


def only(scan: DiscoveryScan) -> DiscoveredDevice:
    """Return the one device of a scan."""
    return scan.devices.get()


@pytest.mark.django_db
class TestTaking:
    def test_each_device_gets_its_verdict_and_the_inventory_stays(
        self, take: Any, plc: Asset, pumping: Zone, emil: User
    ) -> None:
        Asset.objects.create(site=plc.site, zone=pumping, name="N-PS1-HMI01", ip_address="10.21.11.20")
        Asset.objects.create(site=plc.site, zone=pumping, name="N-PS1-SW01", vendor="Moxa", ip_address="10.21.11.2")
        before = list(Asset.objects.order_by("pk").values())
        scan = take(
            HEAD
            + "n-ps1-plc01,,,V2.9.7,10.21.11.10\nN-PS1-SW01,MOXA Inc.,,,10.21.11.2\nN-PS1-RTU9,WAGO,W-1,,10.21.11.9\n",
            covers="SITE",
        )
        found = {one.title: one for one in scan.devices.all()}
        assert {name: one.verdict for name, one in found.items()} == {
            "n-ps1-plc01": "CHANGED", "N-PS1-SW01": "SAME", "N-PS1-RTU9": "NEW", "N-PS1-HMI01": "MISSING",
        }  # fmt: skip
        assert [(c["field"], c["old"], c["new"]) for c in found["n-ps1-plc01"].changes] == [
            ("version", "V2.9.4", "V2.9.7"),
            ("ip_address", "", "10.21.11.10"),
        ]
        assert found["N-PS1-SW01"].status == "AS_RECORDED"
        assert list(Asset.objects.order_by("pk").values()) == before
        assert entries(scan)[0].reason == "scan scan.csv"

    def test_the_same_file_twice_is_one_scan(self, take: Any, plc: Asset) -> None:
        text = HEAD + "N-NEW,,,,10.0.0.1\n"
        assert take(text) == take(text)
        assert DiscoveredDevice.objects.count() == 1

    def test_a_zone_misses_only_its_own_and_a_scanner_only_what_has_an_address(
        self, take: Any, plc: Asset, pumping: Zone
    ) -> None:
        other = Zone.objects.create(site=plc.site, name="N-TEL")
        Asset.objects.create(site=plc.site, zone=other, name="N-TEL-1", ip_address="10.0.0.7")
        Asset.objects.create(site=plc.site, zone=pumping, name="N-PS1-OLD", ip_address="10.0.0.8", lifecycle="RETIRED")
        Asset.objects.create(site=plc.site, zone=pumping, name="N-PS1-HMI", ip_address="10.0.0.9")
        scan = take("ip_address\n10.0.0.1\n", covers="ZONE", zone=pumping)
        assert [one.title for one in scan.devices.filter(verdict="MISSING")] == ["N-PS1-HMI"]

    def test_doubt_is_said_and_an_interface_tells_too(self, take: Any, plc: Asset) -> None:
        Interface.objects.create(
            site=plc.site, asset=plc, name="X1", ip_address="10.21.11.10", mac_address="00:1B:1B:12:34:56"
        )
        scan = take("mac_address,version\n00-1b-1b-12-34-56,V2.9.4\n")
        assert (only(scan).asset, only(scan).matched_by) == (plc, "mac_address")
        twice = take("name,ip_address\nN-PS1-PLC01,10.9.9.9\n,10.21.11.10\n")
        assert {one.verdict for one in twice.devices.all()} == {"UNCLEAR"}
        assert "Numbers 1, 2 of this scan all seem to be N-PS1-PLC01." in twice.devices.all()[0].why

    def test_another_site_is_not_looked_at(self, take: Any, rtu: Asset) -> None:
        assert only(take(HEAD + f"{rtu.name},,,,\n")).verdict == "NEW"


@pytest.mark.django_db
class TestSettling:
    def test_a_new_device_joins_in_the_zone_of_its_network(self, take: Any, pumping: Zone, emil: User) -> None:
        Network.objects.create(site=pumping.site, zone=pumping, name="PS1", cidr="10.21.11.0/24")
        device = settling.accept(only(take(HEAD + "N-RTU,WAGO,W-1,1.2,10.21.11.9\n")), by=emil, kind="CONTROL_HARDWARE")
        made = Asset.objects.get(name="N-RTU")
        assert (made.zone, made.vendor, made.serial_number, made.kind) == (pumping, "WAGO", "W-1", "CONTROL_HARDWARE")
        assert (device.status, device.asset) == ("ACCEPTED", made)
        assert entries(made)[0].reason == "scan scan.csv"
        assert entries(device)[0].step == "Add to the inventory"

    def test_without_a_zone_it_is_asked(self, take: Any, pumping: Zone, rtu: Asset, emil: User) -> None:
        device = only(take(HEAD + "N-RTU,,,,192.168.7.1\n"))
        for zone, told in (
            ("", "Choose the zone"),
            (rtu.zone.name, "There is no zone"),
            (str(rtu.zone_id), "There is no zone"),
        ):
            with pytest.raises(ValidationError, match=told):
                settling.accept(device, by=emil, zone=zone)
        assert settling.accept(device, by=emil, zone=str(pumping.pk)).asset.zone == pumping

    def test_what_joined_meanwhile_does_not_join_twice(self, take: Any, pumping: Zone, emil: User) -> None:
        device = only(take(HEAD + "N-RTU,,W-123,,\n"))
        Asset.objects.create(site=pumping.site, zone=pumping, name="N-OTHER", serial_number="w-123")
        with pytest.raises(NotPossible, match="by now, as N-OTHER"):
            settling.accept(device, by=emil, zone=pumping.name)

    def test_a_change_is_taken_over_once_and_not_over_somebody_elses(self, take: Any, plc: Asset, emil: User) -> None:
        device = only(take(HEAD + f"{plc.name},,S-9,V2.9.7,\n"))
        assert settling.apply(device, by=emil).status == "APPLIED"
        plc.refresh_from_db()
        assert (plc.version, plc.serial_number, plc.vendor) == ("V2.9.7", "S-9", "Siemens")
        with pytest.raises(NotPossible, match="cannot be done from there"):
            settling.apply(device, by=emil)
        later = only(take(HEAD + f"{plc.name},,,V3.0,\n"))
        Asset.objects.filter(pk=plc.pk).update(version="V2.9.8")
        with pytest.raises(NotPossible, match="its version now reads"):
            settling.apply(later, by=emil)

    def test_software_of_a_bill_of_materials_is_kept(self, take: Any, plc: Asset, emil: User) -> None:
        Software.objects.create(site=plc.site, asset=plc, name="OpenSSL", version="3.0.7")
        told = '{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"component":{"type":"device","name":"N-PS1-PLC01"}},"components":[{"type":"library","name":"openssl","version":"3.0.9"},{"type":"library","name":"zlib","version":"1.3"}]}'
        device = only(take(told))
        assert device.changes[0]["new"] == "2 programs: 1 not recorded, 1 in another version"
        settling.apply(device, by=emil)
        assert set(plc.software.values_list("name", "version")) == {("OpenSSL", "3.0.9"), ("zlib", "1.3")}
        assert only(take(told + "\n")).verdict == "SAME"

    def test_ignored_with_a_reason_and_missing_waits_on_the_floor(self, take: Any, plc: Asset, emil: User) -> None:
        Asset.objects.filter(pk=plc.pk).update(ip_address="10.0.0.5")
        scan = take("ip_address\n10.0.0.1\n", covers="SITE")
        new, gone = scan.devices.order_by("number")
        assert settling.ignore(new, by=emil, because_of="A visitor's laptop").reason == "A visitor's laptop"
        with pytest.raises(NotPossible, match="already"):
            settling.accept(gone, by=emil)
        assert [one.kind for one in waiting(emil, DAY)] == ["scan"]
        settling.ask_visit(gone, by=emil)
        assert [one.title for one in waiting(emil, DAY)] == ["Verify N-PS1-PLC01 on the floor"]
        Asset.objects.filter(pk=plc.pk).update(verified_on=DAY)
        assert waiting(emil, DAY) == []

    def test_what_was_ignored_is_not_asked_again_until_it_is_reopened(
        self, take: Any, pumping: Zone, emil: User
    ) -> None:
        row = "nb-service-04,Dell,NB-44,,10.21.11.{}\n"
        settling.ignore(only(take(HEAD + row.format(99))), by=emil, because_of="Service laptop")
        again = only(take(HEAD + row.format(7)))
        assert (again.status, again.reason) == ("IGNORED", "Service laptop")
        settling.reopen(again, by=emil)
        assert only(take(HEAD + row.format(8))).status == "OPEN"

    def test_an_address_alone_is_asked_again(self, take: Any, pumping: Zone, emil: User) -> None:
        settling.ignore(only(take("ip_address\n10.21.11.99\n")), by=emil, because_of="Was a laptop")
        assert only(take("ip_address,vendor\n10.21.11.99,WAGO\n")).status == "OPEN"

    def test_the_same_difference_is_ignored_and_another_is_not(self, take: Any, plc: Asset, emil: User) -> None:
        settling.ignore(only(take(f"name,version\n{plc.name},V2.9\n")), by=emil, because_of="The scanner cuts it off")
        assert only(take(f"name,version,note\n{plc.name},V2.9,x\n")).status == "IGNORED"
        assert only(take(f"name,version\n{plc.name},V3.0\n")).status == "OPEN"

    def test_an_unclear_one_is_identified(self, take: Any, plc: Asset, emil: User) -> None:
        Asset.objects.create(site=plc.site, name="N-TWIN", serial_number="SER-1")
        Asset.objects.filter(pk=plc.pk).update(serial_number="SER1")
        device = only(take(HEAD + "X,,SER-1,V2.9.4,\n"))
        assert (device.verdict, device.asset) == ("UNCLEAR", None)
        with pytest.raises(ValidationError, match="There is no asset"):
            settling.identify(device, by=emil, asset="S-TEL-RTU07")
        told = settling.identify(device, by=emil, asset="n-ps1-plc01")
        assert (told.asset, told.verdict, told.status) == (plc, "SAME", "AS_RECORDED")

    def test_who_may_only_look_settles_nothing(self, take: Any, ada: User, sven: User, pumping: Zone) -> None:
        device = only(take(HEAD + "N-RTU,,,,\n"))
        for person in (ada, sven):
            for step in settling.STEPS:
                with pytest.raises(PermissionDenied):
                    step(device, by=person, **dict.fromkeys(step.asks, "x"))
        assert not Asset.objects.exists()


@pytest.mark.django_db
class TestDoors:
    def post(
        self, client: Client, site: Site, name: str = "scan.csv", text: str = HEAD + "N-RTU,,W-1,,\n", **more: Any
    ) -> Any:
        """Give the page a file."""
        return client.post(
            "/assets/discovery-scans/take/", {"site": site.pk, "file": SimpleUploadedFile(name, text.encode()), **more}
        )

    def test_from_the_file_to_the_settled_scan(
        self, signed_in: Callable[[User], Client], emil: User, pumping: Zone
    ) -> None:
        client = signed_in(emil)
        assert client.get("/assets/discovery-scans/take/").status_code == 200
        assert self.post(client, pumping.site).status_code == 302
        job = Job.objects.get(kind="discovery")
        assert jobs.run(job.pk) == "DONE"
        scan = DiscoveryScan.objects.get()
        job.refresh_from_db()
        assert (job.result, job.counts["new"]) == (scan.get_absolute_url(), 1)
        page = client.get(scan.get_absolute_url()).content.decode()
        assert "N-RTU" in page
        assert "Add to the inventory" in page
        answer = client.post(
            f"/assets/discovery-scans/{scan.pk}/settle/",
            {"step": "accept", "all": "1", "zone": pumping.pk},
            follow=True,
        )
        assert "Add to the inventory: 1 device." in answer.content.decode()
        assert Asset.objects.get(name="N-RTU").zone == pumping
        assert client.get(Asset.objects.get().get_absolute_url()).status_code == 200
        again = client.post(f"/assets/discovery-scans/{scan.pk}/settle/", {"step": "accept", "all": "1"}, follow=True)
        assert "Tick the devices first." in again.content.decode()
        assert Asset.objects.count() == 1

    def test_a_file_of_no_use_fails_with_the_sentence(
        self, signed_in: Callable[[User], Client], emil: User, north: Site
    ) -> None:
        self.post(signed_in(emil), north, "scan.xml", "<nmaprun><host>")
        job = Job.objects.get(kind="discovery")
        assert jobs.run(job.pk) == "FAILED"
        job.refresh_from_db()
        assert "breaks off" in job.errors[0]["message"]
        assert not DiscoveryScan.objects.exists()

    def test_bulk_says_what_it_refuses(
        self, take: Any, signed_in: Callable[[User], Client], emil: User, north: Site
    ) -> None:
        scan = take(HEAD + "N-RTU,,,,192.168.7.1\n")
        answer = signed_in(emil).post(
            f"/assets/discovery-scans/{scan.pk}/settle/", {"step": "accept", "device": only(scan).pk}, follow=True
        )
        assert "N-RTU: Choose the zone" in answer.content.decode()

    def test_strangers_and_auditors(
        self, take: Any, signed_in: Callable[[User], Client], ada: User, sven: User, north: Site
    ) -> None:
        scan = take(HEAD + "N-RTU,,,,\n")
        settle = f"/assets/discovery-scans/{scan.pk}/settle/"
        assert signed_in(sven).post(settle, {"step": "ignore", "all": "1"}).status_code == 404
        assert signed_in(ada).post(settle, {"step": "ignore", "all": "1"}).status_code == 403
        assert signed_in(ada).get("/assets/discovery-scans/take/").status_code == 403
        assert self.post(signed_in(sven), north).status_code == 422
        assert not Job.objects.exists()
        assert "Add to the inventory" not in signed_in(ada).get(scan.get_absolute_url()).content.decode()

    def test_rest_takes_a_file_and_settles(self, rest: Callable[..., Any], emil: User, pumping: Zone) -> None:
        program = rest(emil)
        given = {
            "site": pumping.site_id,
            "seen_on": "2026-11-20",
            "file": SimpleUploadedFile("scan.csv", (HEAD + "N-RTU,,,,\n").encode()),
        }
        answer = program.post("/api/v1/discovery-scans/take/", given)
        assert answer.status_code == 202, answer.content
        assert jobs.run(int(answer.json()["id"])) == "DONE"
        device = program.send("get", "discovered-devices/?verdict=NEW").json()["results"][0]
        assert device["seen"] == {"name": "N-RTU"}
        done = program.send("post", f"discovered-devices/{device['id']}/accept/", {"zone": str(pumping.pk)})
        assert (done.status_code, done.json()["status"]) == (200, "ACCEPTED")
        assert (
            program.send("post", f"discovered-devices/{device['id']}/accept/", {"zone": str(pumping.pk)}).status_code
            == 409
        )
