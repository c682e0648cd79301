"""How a zone or conduit stands to each system requirement (IEC 62443-3-3)."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import SiteRecord
from assets.models import Conduit, Zone
from network.rules.levels import Achieved, Answer, SystemRequirement, achieved
from programme.models import Requirement
from registers.constraints import SameSite
from registers.history.track import history

EDITION = "IEC 62443-3-3:2013"
PLACES = ((Zone, "zone"), (Conduit, "conduit"))


@history()
class SrAnswer(SiteRecord):
    """The answer of one zone or conduit to one system requirement or enhancement (N6)."""

    class Answers(models.TextChoices):
        MET = Answer.MET, _("Met")
        NOT_MET = Answer.NOT_MET, _("Not met")
        NOT_APPLICABLE = Answer.NOT_APPLICABLE, _("Does not apply")
        COMPENSATED = Answer.COMPENSATED, _("Compensated")

    zone = models.ForeignKey(
        Zone, models.CASCADE, null=True, blank=True, verbose_name=_("zone"), related_name="sr_answers"
    )
    conduit = models.ForeignKey(
        Conduit, models.CASCADE, null=True, blank=True, verbose_name=_("conduit"), related_name="sr_answers"
    )
    requirement = models.ForeignKey(
        Requirement, models.PROTECT, verbose_name=_("system requirement"), related_name="sr_answers",
        limit_choices_to={"catalogue__edition": EDITION},
    )  # fmt: skip
    answer = models.CharField(_("answer"), max_length=14, choices=Answers.choices)
    reason = models.TextField(_("reason"), blank=True, help_text=_("How it is met, or why it does not apply."))
    countermeasure = models.TextField(
        _("countermeasure"), blank=True, help_text=_("What makes up for it; counts once another person approved it.")
    )
    approved = models.BooleanField(_("countermeasure approved"), default=False, editable=False)

    class Meta(SiteRecord.Meta):
        verbose_name = _("answer to a system requirement")
        verbose_name_plural = _("answers to system requirements")
        indexes = [models.Index(fields=["site", "answer"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(zone=None) ^ Q(conduit=None), name="sr_answer_one_place",
                violation_error_message=_("Name a zone or a conduit, one of the two."),
            ),
            models.UniqueConstraint(
                fields=["zone", "requirement"], condition=Q(conduit=None), name="sr_answer_zone_once",
                violation_error_message=_("This zone has an answer to that requirement."),
            ),
            models.UniqueConstraint(
                fields=["conduit", "requirement"], condition=Q(zone=None), name="sr_answer_conduit_once",
                violation_error_message=_("This conduit has an answer to that requirement."),
            ),
            models.CheckConstraint(
                condition=~Q(answer=Answer.NOT_APPLICABLE) | ~Q(reason=""), name="sr_answer_reason",
                violation_error_message=_("Say why it does not apply."),
            ),
            models.CheckConstraint(
                condition=~Q(answer=Answer.COMPENSATED) | ~Q(countermeasure=""), name="sr_answer_countermeasure",
                violation_error_message=_("Name the countermeasure that makes up for it."),
            ),
            SameSite(field="zone", name="sr_answer_zone_same_site"),
            SameSite(field="conduit", name="sr_answer_conduit_same_site"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.requirement.code} at {self.place}"

    @property
    def place(self) -> Zone | Conduit | None:
        """The zone or conduit that is answered for."""
        return self.zone or self.conduit

    @property
    def status(self) -> str:
        """The answer, which is what its steps ask for."""
        return self.answer

    def get_status_display(self) -> str:
        """Return the answer in words."""
        return str(self.get_answer_display())

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep it; another answer or countermeasure than the approved one waits for its own approval."""
        if self.pk and self.approved:
            kept = SrAnswer.objects.filter(pk=self.pk).values_list("answer", "countermeasure").first()
            self.approved = kept == (self.answer, self.countermeasure)
        super().save(*args, **kwargs)
        settle([self.place])

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Take it away; its place stands without it at once."""
        place = self.place
        gone = super().delete(*args, **kwargs)
        settle([place])
        return gone

    def clean(self) -> None:
        """Refuse a requirement that is none of the system requirements."""
        if self.requirement_id and self.requirement.catalogue.edition != EDITION:
            raise ValidationError(
                {"requirement": gettext("Choose a requirement of {catalogue}.").format(catalogue=EDITION)}
            )

    def snapshot(self) -> dict[str, Any]:
        """Return the facts that the approval of its countermeasure freezes."""
        return {
            "place": str(self.place), "site": self.site.code, "requirement": self.requirement.code, "answer": self.answer,
            "countermeasure": self.countermeasure,
        }  # fmt: skip


def requirements() -> tuple[SystemRequirement, ...]:
    """Return the system requirements and enhancements, in order."""
    rows = Requirement.objects.filter(catalogue__edition=EDITION).order_by("position")
    return tuple(SystemRequirement(row.code, foundational(row.code), row.min_sl or 1) for row in rows)


def foundational(code: str) -> int:
    """Return the foundational requirement of an SR or RE: 5 for SR 5.2."""
    return int(code.split()[1].split(".")[0])


def answers_of(field: str, places: Iterable[int]) -> dict[int, dict[str, Answer]]:
    """Return for each place what counts of its answers; a countermeasure that nobody approved does not."""
    found: dict[int, dict[str, Answer]] = defaultdict(dict)
    rows = SrAnswer.objects.filter(**{f"{field}__in": list(places)})
    for place, code, answer, approved in rows.values_list(field, "requirement__code", "answer", "approved"):
        kept = Answer(answer)
        found[place][code] = Answer.NOT_MET if kept == Answer.COMPENSATED and not approved else kept
    return found


def reached(place: Zone | Conduit) -> tuple[Achieved, ...]:
    """Return what a place achieves for each FR, and what caps it."""
    field = "zone" if isinstance(place, Zone) else "conduit"
    return achieved(requirements(), answers_of(field, [place.pk]).get(place.pk, {}))


def settle(places: Iterable[Zone | Conduit | None]) -> int:
    """Work SL-A out anew for these places; return how many changed."""
    asked, given = requirements(), [place for place in places if place is not None]
    changed = 0
    for model, field in PLACES:
        kept = {place.pk for place in given if isinstance(place, model)}
        answers = answers_of(field, kept)
        for place in model._default_manager.filter(pk__in=kept).only("pk", "sl_a"):
            level = [one.level for one in achieved(asked, answers[place.pk])] if place.pk in answers else None
            if place.sl_a != level:
                changed += model._default_manager.filter(pk=place.pk).update(sl_a=level)
    return changed
