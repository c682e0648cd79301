"""The demo's media, its hardening baselines with what was found on the devices, and how retired devices lost their data."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from accounts.models import Site, User
from assets import floor, lending
from assets.models import (
    Asset,
    BaselineAnswer,
    BaselineItem,
    HardeningBaseline,
    RemovableMedium,
    SanitisationRecord,
    WalkDown,
    Zone,
)
from csms.demo.files import document
from csms.demo.telling import Year
from registers import clock

BASELINES = ("title", "kind", "vendor", "product", "source")
SCRAPPED = -60


def events() -> Iterator[dict[str, Any]]:
    """Yield what happened, as events of the year."""
    told = document("devices.yaml")
    for row in told["media"]:
        at = {"do": "device", "site": row["site"], "by": row["by"], "row": row}
        yield {**at, "day": row["day"], "step": "medium"}
        for day, result in row["checks"]:
            yield {**at, "day": day, "step": "check", "result": result}
        if "issue" in row:
            yield {**at, "day": row["issue"][0], "step": "issue"}
    answered = told["answered"]
    yield {
        "day": answered["day"] - 5,
        "by": "mara@demo.example",
        "do": "device",
        "step": "baselines",
        "site": answered["site"],
        "row": told["baselines"],
    }
    yield {
        "day": answered["day"],
        "by": answered["by"],
        "do": "device",
        "step": "answer",
        "site": answered["site"],
        "row": answered,
    }
    for row in told["walks"]:
        yield {"day": row["day"], "by": row["by"], "do": "device", "step": "walk", "site": row["site"], "row": row}
    yield {"day": SCRAPPED, "by": "emil@demo.example", "do": "device", "step": "scrap", "site": "NORTH", "row": {}}


def tell(event: dict[str, Any], *, site: Site, by: User, year: Year) -> None:
    """Carry out one of them."""
    row, step = event["row"], event["step"]
    if step == "medium":
        medium = RemovableMedium.objects.create(
            site=site,
            **{name: row[name] for name in ("name", "kind", "serial_number", "company", "encrypted") if name in row},
        )
        medium.zones.set(Zone.objects.filter(site=site, name__in=row["zones"]))
    elif step == "check":
        lending.check(_medium(site, row), by=by, tool="Scan station at the gate", result=event["result"])
    elif step == "issue":
        _day, holder, back = row["issue"]
        lending.issue(
            _medium(site, row),
            by=by,
            holder=holder,
            return_by=max(clock.now().date(), year.today + timedelta(days=back)),
        )
    elif step == "baselines":
        _write(row)
    elif step == "walk":
        _walk(site, row, by)
    elif step == "answer":
        _answer(site, row, year)
    else:
        _scrap(site)


def _medium(site: Site, row: dict[str, Any]) -> RemovableMedium:
    return RemovableMedium.objects.get(site=site, name=row["name"])


def _write(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        baseline = HardeningBaseline.objects.create(**{name: row[name] for name in BASELINES if name in row})
        for code, title, expected, severity in row["items"]:
            BaselineItem.objects.create(baseline=baseline, code=code, title=title, expected=expected, severity=severity)


def _answer(site: Site, row: dict[str, Any], year: Year) -> None:
    """Answer the baselines for the first assets of their classes; every third deviates where the baseline says how."""
    fresh = []
    for told in document("devices.yaml")["baselines"]:
        items = list(BaselineItem.objects.filter(baseline__title=told["title"]).order_by("code"))
        found = Asset.objects.filter(
            site=site,
            kind=told["kind"],
            zone__name__in=row["zones"],
            lifecycle="IN_USE",
            product__startswith=told.get("product", ""),
        )
        for number, asset in enumerate(found.order_by("name")[: row["most"] // 3]):
            for item in items:
                reason, days = told["deviate"].get(item.code, ("", 0)) if number % 3 == 0 else ("", 0)
                fresh.append(BaselineAnswer(
                    site=site, asset=asset, item=item, answer="DEVIATES" if reason else "MET", reason=reason,
                    due_on=year.today + timedelta(days=days) if reason else None, checked_on=clock.now().date(),
                ))  # fmt: skip
    BaselineAnswer.objects.bulk_create(fresh)


def _walk(site: Site, row: dict[str, Any], by: User) -> None:
    """Walk the first assets of a zone: as recorded, but for those of which the row says what differs."""
    walkdown = WalkDown.objects.create(
        site=site, title=row["title"], zone=Zone.objects.get(site=site, name=row["zone"])
    )
    for number, asset in enumerate(floor.expected(walkdown)[: row["most"]]):
        given = row["differs"].get(number, {"result": "FOUND"})
        floor.see(walkdown, by=by, asset=str(asset.pk), **given)
    for given in row["unknown"]:
        floor.see(walkdown, by=by, asset="", result="UNKNOWN", **given)
    if row["closed"]:
        floor.close(walkdown, by=by)


def _scrap(site: Site) -> None:
    """Record how the first of the retired devices lost its data."""
    for asset in Asset.objects.filter(site=site, lifecycle="RETIRED").order_by("name")[:1]:
        SanitisationRecord.objects.create(
            site=site,
            asset=asset,
            method="DESTROY",
            done_on=clock.now().date(),
            done_by="Scrap dealer of the city",
            certificate="SV-2217",
        )
