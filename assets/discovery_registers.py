"""The registers of discovery: scans, and the devices that they saw."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.utils.translation import gettext

from assets import discovering, settling
from assets.discovering import label_of
from assets.discovery_forms import ScanForm
from assets.models import DiscoveredDevice, DiscoveryScan, Zone
from registers.door import register_of
from registers.register import Register
from registers.taking import Taking
from registers.views.record import RecordDetail

V = DiscoveredDevice.Verdict
PER_PAGE = 100


class ScanPage(RecordDetail):
    """The scan with its devices, to be settled one by one or together."""

    def page(self, status: int = 200, **context: Any) -> HttpResponse:
        """Add the devices of the chosen verdict."""
        zones: Any = register_of(Zone)
        scan, user, asked = context["record"], self.request.user, self.request.GET
        devices = DEVICES.queryset(user).filter(scan=scan)
        verdict = asked.get("verdict", "")
        chosen = devices.filter(verdict=verdict) if verdict in V.values else devices
        chosen = chosen.filter(status="OPEN") if asked.get("open") else chosen
        counts = {row["verdict"]: row["n"] for row in devices.values("verdict").annotate(n=Count("pk"))}
        tabs = [{"label": label, "url": f"?verdict={value}", "current": verdict == value, "count": counts.get(value, 0)} for value, label in V.choices]  # fmt: skip
        return super().page(
            status, **context, tabs=[{"label": gettext("All"), "url": "?", "current": verdict not in V.values, "count": sum(counts.values())}, *tabs],
            devices=Paginator(chosen.select_related("asset").order_by("number", "pk"), PER_PAGE).get_page(asked.get("page")),
            open_count=devices.filter(status="OPEN").count(), counts=counts, verdict=verdict, only_open=bool(asked.get("open")),
            may_settle=DEVICES.queryset(user, "accept").filter(scan=scan).exists(), zones=zones.queryset(user).filter(site=scan.site, external=False).order_by("name"),
        )  # fmt: skip


class DevicePage(RecordDetail):
    """A discovered device: what was seen, beside what is recorded."""

    def page(self, status: int = 200, **context: Any) -> HttpResponse:
        """Add the seen cells by their labels."""
        seen = context["record"].seen
        cells = [{"label": label_of(name), "value": value} for name, value in seen.items() if isinstance(value, str)]
        return super().page(
            status, **context, cells=cells, services=seen.get("services", ()), software=seen.get("software", ())[:200]
        )

    def actions(self, record: Any) -> list[dict[str, Any]]:
        """Offer only the steps that fit the verdict."""
        unfit = {self.link(step.name, record.pk) for step in settling.STEPS if not settling.fits(step.name, record)}
        return [one for one in super().actions(record) if one["url"] not in unfit]


class ScanRegister(Register):
    model, name, step = DiscoveryScan, "discovery-scans", 4
    fields = ("site", "name", "source", "note")
    shows = ("seen_on", "covers", "zone", "taken_by", "sha256")
    columns = ("name", "site", "source", "seen_on", "covers", "zone", "taken_by")
    filters = ("site", "zone", "covers", "seen_on")
    search = ("name", "source")
    order = ("-seen_on", "-pk")
    joins = ("site", "zone", "taken_by")
    verbs = frozenset({"change", "delete"})
    clause = "IEC 62443-2-1:2024 CM 1.1"
    taking = Taking(ScanForm, discovering.ask, "assets/take_scan.html")
    detail_view = ScanPage


class DeviceRegister(Register):
    model, name, step = DiscoveredDevice, "discovered-devices", 4
    shows = (
        "site",
        "scan",
        "number",
        "title",
        "verdict",
        "asset",
        "matched_by",
        "why",
        "seen",
        "changes",
        "status",
        "reason",
    )
    columns = ("title", "scan", "site", "verdict", "asset", "matched_by", "status", "why")
    filters = ("site", "scan", "verdict", "status", "asset")
    search = ("title",)
    order = ("-scan", "number")
    joins = ("site", "scan", "asset")
    transitions = settling.STEPS
    verbs = frozenset()
    clause = "IEC 62443-2-1:2024 CM 1.1"
    sections = (
        ("Seen", ("title", "scan", "site", "verdict", "why", "status", "reason")),
        ("In the inventory", ("asset", "matched_by")),
    )

    detail_view = DevicePage


def discoveries(asset: Any, user: Any) -> tuple[str, dict[str, Any]] | None:
    """Return the panel of what scans saw of an asset, or nothing where none did."""
    found = list(DEVICES.queryset(user).filter(asset=asset).order_by("-scan__seen_on", "-pk")[:5])
    return ("assets/_discoveries.html", {"devices": found}) if found else None


SCANS, DEVICES = ScanRegister(), DeviceRegister()
REGISTERS = (SCANS, DEVICES)
