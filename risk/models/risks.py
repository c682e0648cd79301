"""Risks and the measures against them, and where each stands by the methodology in force and the vulnerabilities of its place."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import SiteRecord
from assets.models import Asset, Conduit, Zone
from patching.models import Match
from patching.rules.priority import Priority
from registers.constraints import SameSite, unique_with_site
from registers.history.track import history
from risk.models.methods import RiskMethodology, in_force
from risk.models.threats import Scenario
from risk.rules.methodology import CATEGORIES, MOST, Methodology
from risk.rules.standing import Measure, Standing, stand, worst

STEP = [MinValueValidator(1), MaxValueValidator(MOST)]
COMPUTED = (
    "impact", "unmitigated", "current_likelihood", "current_impact", "current", "residual_likelihood", "residual_impact", "residual",
    "above", "pressed_by", "exploited",
)  # fmt: skip
ORDER = ("ACT", "ATTEND")
AT_ONCE = 1000


def validate_impacts(impacts: Any) -> None:
    """Refuse impacts that are no steps by category."""
    if not isinstance(impacts, dict):
        raise ValidationError(gettext('Give an object such as {"safety": 3}.'))
    for category, step in impacts.items():
        if category not in CATEGORIES:
            raise ValidationError(
                gettext("There is no category {category}. Choose of {names}.").format(
                    category=category, names=", ".join(CATEGORIES)
                )
            )
        if not isinstance(step, int) or isinstance(step, bool) or not 1 <= step <= MOST:
            raise ValidationError(
                gettext("{category}: give a step of the scale, 1 to {most}.").format(category=category, most=MOST)
            )


@history()
class Risk(SiteRecord):
    """A scenario rated at a place: unmitigated by a person, now and residual computed from measures and vulnerabilities (R6)."""

    class Status(models.TextChoices):
        OPEN = "OPEN", _("Open")
        ACCEPTED = "ACCEPTED", _("Accepted")
        CLOSED = "CLOSED", _("Closed")

    title = models.CharField(_("title"), max_length=200)
    scenario = models.ForeignKey(
        Scenario, models.PROTECT, null=True, blank=True, verbose_name=_("scenario"), related_name="risks"
    )
    zone = models.ForeignKey(Zone, models.PROTECT, null=True, blank=True, verbose_name=_("zone"), related_name="risks")
    conduit = models.ForeignKey(
        Conduit, models.PROTECT, null=True, blank=True, verbose_name=_("conduit"), related_name="risks"
    )
    asset = models.ForeignKey(
        Asset, models.PROTECT, null=True, blank=True, verbose_name=_("asset"), related_name="risks"
    )
    owner = models.CharField(_("owner"), max_length=120, blank=True)
    likelihood = models.PositiveSmallIntegerField(_("likelihood without measures"), validators=STEP)
    impacts = models.JSONField(
        _("impact by category"),
        default=dict,
        validators=[validate_impacts],
        help_text=_('Such as {"safety": 3, "production": 4}; the worst decides.'),
    )
    reason = models.TextField(_("reason of the rating"), blank=True)
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.OPEN)
    review_on = models.DateField(_("look again on"), null=True, blank=True)

    impact = models.PositiveSmallIntegerField(_("worst impact"), default=1, editable=False)
    unmitigated = models.PositiveSmallIntegerField(_("unmitigated"), default=0, editable=False)
    current_likelihood = models.PositiveSmallIntegerField(_("likelihood now"), default=1, editable=False)
    current_impact = models.PositiveSmallIntegerField(_("impact now"), default=1, editable=False)
    current = models.PositiveSmallIntegerField(_("current"), default=0, editable=False)
    residual_likelihood = models.PositiveSmallIntegerField(_("residual likelihood"), default=1, editable=False)
    residual_impact = models.PositiveSmallIntegerField(_("residual impact"), default=1, editable=False)
    residual = models.PositiveSmallIntegerField(_("residual"), default=0, editable=False)
    above = models.BooleanField(_("above what is tolerable"), default=False, editable=False)
    pressed_by = models.CharField(_("raised by"), max_length=200, blank=True, editable=False)
    exploited = models.PositiveIntegerField(_("exploited vulnerabilities"), default=0, editable=False)

    class Meta(SiteRecord.Meta):
        verbose_name = _("risk")
        verbose_name_plural = _("risks")
        indexes = [models.Index(fields=["site", "status", "current"])]
        constraints = [
            models.UniqueConstraint(fields=["site", "title"], name="risk_title", violation_error_message=_("This site has a risk of that title.")),
            unique_with_site("risk_with_site"),
            SameSite(field="scenario", name="risk_scenario_same_site"),
            SameSite(field="zone", name="risk_zone_same_site"),
            SameSite(field="conduit", name="risk_conduit_same_site"),
            SameSite(field="asset", name="risk_asset_same_site"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Work out where it stands, and keep it."""
        reckon([self])
        super().save(*args, **kwargs)


@history()
class Treatment(SiteRecord):
    """A measure against a risk, with its owner, day, cost, and the effect that it claims (R6)."""

    class Kind(models.TextChoices):
        MITIGATE = "MITIGATE", _("Mitigate")
        AVOID = "AVOID", _("Avoid")
        TRANSFER = "TRANSFER", _("Transfer")

    class Status(models.TextChoices):
        PLANNED = "PLANNED", _("Planned")
        RUNNING = "RUNNING", _("Under way")
        DONE = "DONE", _("Done")
        DROPPED = "DROPPED", _("Dropped")

    risk = models.ForeignKey(Risk, models.CASCADE, verbose_name=_("risk"), related_name="treatments")
    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.MITIGATE)
    owner = models.CharField(_("owner"), max_length=120, blank=True)
    due_on = models.DateField(_("due"), null=True, blank=True)
    cost = models.DecimalField(_("cost"), max_digits=12, decimal_places=2, null=True, blank=True)
    lowers_likelihood = models.PositiveSmallIntegerField(_("lowers likelihood by"), default=0, validators=STEP[1:])
    lowers_impact = models.PositiveSmallIntegerField(_("lowers impact by"), default=0, validators=STEP[1:])
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.PLANNED)
    done_on = models.DateField(_("done on"), null=True, blank=True, editable=False)
    proof = models.TextField(_("how it was seen to work"), blank=True, editable=False)

    class Meta(SiteRecord.Meta):
        verbose_name = _("treatment")
        verbose_name_plural = _("treatments")
        indexes = [models.Index(fields=["site", "status", "due_on"])]
        constraints = [SameSite(field="risk", name="treatment_risk_same_site")]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep it, and work out where its risk stands."""
        super().save(*args, **kwargs)
        settle([self.risk])

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Take it away; its risk stands without it at once."""
        risk = self.risk
        gone = super().delete(*args, **kwargs)
        settle([risk])
        return gone


class Vulnerabilities:
    """The open matches of zones and assets that raise a likelihood: worst priority, how many, how many exploited."""

    def __init__(self, risks: Iterable[Risk]) -> None:
        told = list(risks)
        self.zones = self._counted("asset__zone", {one.zone_id for one in told if one.zone_id})
        self.assets = self._counted("asset", {one.asset_id for one in told if one.asset_id})

    def _counted(self, place: str, keys: set[int]) -> dict[int, dict[str, int]]:
        open_ones = (
            Match.objects.filter(verdict="AFFECTED", **{f"{place}__in": keys})
            .exclude(asset__lifecycle="RETIRED")
            .order_by()
        )
        counts = {name: Count("pk", filter=Q(priority=name)) for name in ORDER}
        rows = (
            open_ones.values(place).annotate(exploited_ones=Count("pk", filter=Q(exploited=True)), **counts)
            if keys
            else []
        )
        return {row[place]: row for row in rows}

    def of(self, risk: Risk) -> tuple[str, str, int]:
        """Return worst priority, words, and number of exploited matches for the place of a risk; the asset stands over its zone."""
        row = self.assets.get(risk.asset_id, {}) if risk.asset_id else self.zones.get(risk.zone_id or 0, {})
        priority = next((name for name in ORDER if row.get(name)), "")
        exploited = row.get("exploited_ones", 0)
        if not priority:
            return "", "", exploited
        word = Priority(priority).label  # it is stored: the same in every language
        return (
            priority,
            f"{row[priority]} open with priority {word}" + (f", {exploited} exploited" if exploited else ""),
            exploited,
        )


def stood(risk: Risk, method: Methodology, measures: list[Measure], priority: str) -> Standing:
    """Return where a risk stands by a methodology."""
    return stand(method, likelihood=risk.likelihood, impacts=risk.impacts, measures=measures, priority=priority)


def measures_of(risks: Iterable[Risk]) -> dict[int, list[Measure]]:
    """Return the measures of each risk, those dropped left out."""
    found: dict[int, list[Measure]] = defaultdict(list)
    rows = Treatment.objects.filter(risk__in=[one.pk for one in risks]).exclude(status="DROPPED")
    for risk, likelihood, impact, status in rows.values_list("risk", "lowers_likelihood", "lowers_impact", "status"):
        found[risk].append(Measure(likelihood, impact, status == "DONE"))
    return found


def values(risk: Risk, method: Methodology, measures: list[Measure], pressed: tuple[str, str, int]) -> dict[str, Any]:
    """Return the computed columns of a risk."""
    priority, words, exploited = pressed
    told = stood(risk, method, measures, priority)
    calm = stood(risk, method, measures, "")
    raised = told.current.likelihood > calm.current.likelihood
    return {
        "impact": worst(risk.impacts), "unmitigated": told.unmitigated.level, "current_likelihood": told.current.likelihood,
        "current_impact": told.current.impact, "current": told.current.level, "residual_likelihood": told.residual.likelihood,
        "residual_impact": told.residual.impact, "residual": told.residual.level, "above": told.current.level > method.tolerable,
        "pressed_by": words if raised else "", "exploited": exploited,
    }  # fmt: skip


def reckon(risks: Iterable[Risk], *, by: RiskMethodology | None = None, following: bool = False) -> list[Risk]:
    """Work out where these risks stand and return those that moved, not yet kept; without a methodology nothing stands anywhere.

    More exploited vulnerabilities than before are counted only when `following` the plant: then somebody is asked to look again.
    """
    told, chosen = list(risks), by or in_force()
    if chosen is None or not told:
        return []
    method, measures, vulnerabilities = chosen.rules, measures_of(told), Vulnerabilities(told)
    moved = []
    for risk in told:
        fresh = values(risk, method, measures[risk.pk], vulnerabilities.of(risk))
        if risk.pk and not following:
            fresh["exploited"] = min(fresh["exploited"], risk.exploited)
        if any(getattr(risk, name) != value for name, value in fresh.items()):
            for name, value in fresh.items():
                setattr(risk, name, value)
            moved.append(risk)
    return moved


def settle(risks: Iterable[Risk], *, by: RiskMethodology | None = None, following: bool = False) -> int:
    """Work out anew where these risks stand, as `reckon` does, and keep it; return how many moved."""
    moved = reckon(risks, by=by, following=following)
    Risk.objects.bulk_update(moved, COMPUTED, batch_size=AT_ONCE)
    return len(moved)
