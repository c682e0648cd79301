"""The registers of media, baselines and sanitisation, and what an asset's page shows of them."""

from datetime import timedelta
from typing import Any

from django.db.models import Q

from assets import lending
from assets.models import (
    Asset,
    BaselineAnswer,
    BaselineItem,
    HardeningBaseline,
    MalwareCheck,
    RemovableMedium,
    SanitisationRecord,
    Zone,
)
from assets.models.devices import CHECKED_FOR
from registers.history.past import day_at
from registers.register import Register


class MediumRegister(Register):
    model, name, step = RemovableMedium, "removable-media", 4
    fields = ("site", "name", "kind", "serial_number", "company", "encrypted", "zones", "note")
    shows = ("status", "holder", "return_by", "checked_on", "result")
    columns = (
        "name",
        "site",
        "kind",
        "status",
        "holder",
        "return_by",
        "checked_on",
        "result",
        "company",
        "encrypted",
        "serial_number",
    )
    filters = ("site", "kind", "status", "holder", "checked_on", "result", "encrypted")
    search = ("name", "serial_number", "holder", "company")
    order = ("name",)
    joins = ("site",)
    transitions = (lending.check, lending.issue, lending.take_back, lending.report_lost, lending.retire_medium)
    clause = "IEC 62443-2-1:2024 COMP 1.2"


class CheckRegister(Register):
    model, name, step = MalwareCheck, "malware-checks", 4
    fields = ("site", "medium", "checked_on", "tool", "result", "note")
    columns = ("__str__", "site", "result", "tool", "checked_on", "note")
    filters = ("site", "medium", "result", "checked_on")
    search = ("medium__name", "tool", "note")
    order = ("-checked_on", "-pk")
    joins = ("site", "medium")
    verbs = frozenset({"add"})


class BaselineRegister(Register):
    model, name, step = HardeningBaseline, "hardening-baselines", 4
    fields = ("title", "kind", "vendor", "product", "source")
    columns = ("title", "kind", "vendor", "product", "source")
    filters = ("kind", "vendor")
    search = ("title", "vendor", "product")
    order = ("title",)
    clause = "IEC 62443-2-1:2024 COMP 1.1"


class ItemRegister(Register):
    model, name, step = BaselineItem, "baseline-items", 4
    fields = ("baseline", "code", "title", "expected", "severity")
    columns = ("__str__", "baseline", "expected", "severity")
    filters = ("baseline", "severity")
    search = ("code", "title", "expected")
    order = ("baseline", "code")
    joins = ("baseline",)


class BaselineAnswerRegister(Register):
    model, name, step = BaselineAnswer, "baseline-answers", 4
    fields = ("site", "asset", "item", "answer", "reason", "due_on", "checked_on")
    columns = ("__str__", "asset", "site", "answer", "reason", "due_on", "checked_on")
    filters = ("site", "asset", "item", "answer", "due_on", "checked_on")
    search = ("item__title", "asset__name", "reason")
    order = ("asset", "item")
    joins = ("site", "asset", "item")


class SanitisationRegister(Register):
    model, name, step = SanitisationRecord, "sanitisation-records", 4
    fields = ("site", "asset", "method", "done_on", "done_by", "certificate", "note")
    columns = ("asset", "site", "method", "done_on", "done_by", "certificate")
    filters = ("site", "asset", "method", "done_on")
    search = ("asset__name", "done_by", "certificate")
    order = ("-done_on",)
    joins = ("site", "asset")
    clause = "IEC 62443-2-1:2024 DATA 1.4"


MEDIA, CHECKS, BASELINES, ITEMS, BASELINE_ANSWERS, SANITISATIONS = (
    MediumRegister(), CheckRegister(), BaselineRegister(), ItemRegister(), BaselineAnswerRegister(), SanitisationRegister(),
)  # fmt: skip
REGISTERS = (MEDIA, CHECKS, BASELINES, ITEMS, BASELINE_ANSWERS, SANITISATIONS)


def unchecked(on: Any) -> Q:
    """Return: a medium in use whose malware check is missing, too old, or found something."""
    old = Q(checked_on=None) | Q(checked_on__lt=on - timedelta(days=CHECKED_FOR)) | ~Q(result="CLEAN")
    return Q(status__in=["IN_STORE", "ISSUED"]) & old


def hardening(asset: Asset, user: Any) -> tuple[str, dict[str, Any]] | None:
    """Return the panel of an asset's baselines: how many items are met, and what deviates."""
    found = baselines_of(asset, user)
    if not found:
        return None
    items = ITEMS.queryset(user).filter(baseline__in=found)
    answers = list(BASELINE_ANSWERS.queryset(user).filter(asset=asset, item__in=items).order_by("item__code"))
    return "assets/_hardening.html", {
        "baselines": found, "of": items.count(), "met": sum(one.answer != "DEVIATES" for one in answers),
        "deviations": [one for one in answers if one.answer == "DEVIATES"], "open": items.count() - len(answers),
    }  # fmt: skip


def baselines_of(asset: Asset, user: Any) -> list[HardeningBaseline]:
    """Return the baselines of the asset's class."""
    return [one for one in BASELINES.queryset(user).filter(kind=asset.kind).order_by("title") if _covers(one, asset)]


def _covers(baseline: HardeningBaseline, asset: Asset) -> bool:
    vendor, product = baseline.vendor.casefold(), baseline.product.casefold()
    return (not vendor or vendor == asset.vendor.casefold()) and asset.product.casefold().startswith(product)


def media_of(zone: Zone, user: Any) -> tuple[str, dict[str, Any]] | None:
    """Return the panel of the media that may be used in a zone."""
    found = list(MEDIA.queryset(user).filter(zones=zone).exclude(status="RETIRED").order_by("name")[:30])
    return (
        (
            "assets/_media.html",
            {
                "media": found,
                "late": set(MEDIA.queryset(user).filter(unchecked(day_at(zone.site))).values_list("pk", flat=True)),
            },
        )
        if found
        else None
    )


def items_of(baseline: HardeningBaseline, user: Any) -> tuple[str, dict[str, Any]]:
    """Return the panel of a baseline's items, and where another is added by those who may."""
    found = ITEMS.queryset(user).filter(baseline=baseline).order_by("code")
    return "assets/_baseline_items.html", {"items": found, "may_add": ITEMS.may_anywhere(user, "add")}


PANELS: tuple[Any, ...] = ((Asset, hardening), (Zone, media_of), (HardeningBaseline, items_of))
