"""A zone or conduit aims at what its risk proposes; less asks a second person, for a time (N6, X19)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import User
from assets.models import Conduit, Zone
from programme.models import Decision
from programme.workflow import approve, end_what_lapsed, refuse
from registers import clock
from registers.workflow import NotPossible
from risk import targets
from risk.models import Risk, TargetOverride
from risk.models.targets import proposed

LOW = [1, 1, 1, 1, 1, 1, 1]


@pytest.fixture
def aimed(risk: Risk, pumping: Zone) -> Zone:
    """The pumping station, aiming at what its risk proposes."""
    Zone.objects.filter(pk=pumping.pk).update(sl_t=targets.raised(pumping))
    pumping.refresh_from_db()
    return pumping


@pytest.fixture
def override(aimed: Zone) -> TargetOverride:
    """A draft that asks for less."""
    return TargetOverride.objects.create(site=aimed.site, zone=aimed, sl_t=LOW, reason="Manual valves hold the level.")


def let(override: TargetOverride, nils: User, petra: User, days: int = 90) -> TargetOverride:
    targets.submit(override, by=nils)
    ends = clock.now().date() + timedelta(days=days)
    approve(Decision.objects.get(kind="TARGET_LEVEL", status="REQUESTED"), by=petra, decision_reason="For a season", expires_on=ends)  # fmt: skip
    override.refresh_from_db()
    return override


@pytest.mark.django_db
class TestProposal:
    def test_the_worst_open_risk_proposes(self, risk: Risk, pumping: Zone) -> None:
        level = proposed(pumping)
        assert level in {3, 4}
        Risk.objects.filter(pk=risk.pk).update(status="CLOSED")
        assert proposed(pumping) == 0

    def test_it_is_taken_over_in_one_step(
        self, risk: Risk, pumping: Zone, nils: User, ada: User, sven: User, signed_in: Callable[[User], Client]
    ) -> None:
        level, address = proposed(pumping), "/risk/targets/take/"
        assert f"Aim at SL {level}" in signed_in(nils).get(pumping.get_absolute_url()).content.decode()
        assert signed_in(nils).post(address, {"zone": pumping.pk}).status_code == 302
        pumping.refresh_from_db()
        assert pumping.sl_t == [level] * 7
        assert "Ask to aim lower" not in signed_in(nils).get(pumping.get_absolute_url()).content.decode()
        assert [signed_in(one).post(address, {"zone": pumping.pk}).status_code for one in (ada, sven)] == [403, 404]

    def test_lowering_below_it_is_refused_everywhere(self, aimed: Zone, nils: User, rest: Callable[..., Any]) -> None:
        program = rest(nils)
        body = {"sl_t": LOW}
        told = program.send("patch", f"zones/{aimed.pk}/", body, If_Match=aimed.etag)
        assert told.status_code == 400
        assert "target override" in told.content.decode()
        together = program.send("patch", "zones/", [{"id": str(aimed.pk), "revision": aimed.revision, **body}])
        assert together.status_code == 400
        aimed.sl_t = None
        with pytest.raises(ValidationError, match="propose SL"):
            aimed.full_clean()

    def test_other_changes_and_raises_pass(self, risk: Risk, pumping: Zone) -> None:
        pumping.owner = "Emil"
        pumping.full_clean()
        pumping.sl_t = [2, 2, 2, 2, 2, 2, 3]
        pumping.full_clean()

    def test_a_conduit_has_its_own(self, method: Any, aimed: Zone) -> None:
        other = Zone.objects.create(site=aimed.site, name="Other", level=2)
        way = Conduit.objects.create(site=aimed.site, name="C1", zone_a=aimed, zone_b=other, sl_t=[3] * 7)
        way.sl_t = LOW
        way.full_clean()
        Risk.objects.create(site=aimed.site, title="Read along", conduit=way, likelihood=5, impacts={"production": 5})
        with pytest.raises(ValidationError, match="propose SL"):
            way.full_clean()


@pytest.mark.django_db
class TestOverride:
    def test_a_second_person_lets_it_aim_lower(
        self, override: TargetOverride, aimed: Zone, nils: User, petra: User
    ) -> None:
        let(override, nils, petra)
        aimed.refresh_from_db()
        assert (override.status, aimed.sl_t) == ("IN_FORCE", LOW)
        aimed.full_clean()

    def test_not_the_one_who_asked(self, override: TargetOverride, mara: User) -> None:
        targets.submit(override, by=mara)
        with pytest.raises(NotPossible, match="four eyes"):
            approve(Decision.objects.get(kind="TARGET_LEVEL"), by=mara, decision_reason="Me")

    def test_no_less_needs_none(self, aimed: Zone) -> None:
        with pytest.raises(ValidationError, match="no less than the risk proposes"):
            TargetOverride(site=aimed.site, zone=aimed, sl_t=[4] * 7, reason="x").full_clean()

    def test_it_lapses_on_its_day_and_the_target_comes_back(
        self, override: TargetOverride, aimed: Zone, nils: User, petra: User
    ) -> None:
        let(override, nils, petra)
        end_what_lapsed(now=clock.now() + timedelta(days=91))
        override.refresh_from_db()
        aimed.refresh_from_db()
        assert (override.status, min(aimed.sl_t or [0])) == ("ENDED", proposed(aimed))

    def test_it_lapses_when_the_risk_proposes_more(
        self, override: TargetOverride, aimed: Zone, nils: User, petra: User
    ) -> None:
        let(override, nils, petra)
        before = proposed(aimed)
        Risk.objects.create(site=aimed.site, title="Worse", zone=aimed, likelihood=5, impacts={"safety": 5})
        assert proposed(aimed) > before
        end_what_lapsed(now=clock.now())
        override.refresh_from_db()
        aimed.refresh_from_db()
        assert (override.status, aimed.sl_t) == ("ENDED", [proposed(aimed)] * 7)

    def test_ended_by_hand(self, override: TargetOverride, aimed: Zone, nils: User, petra: User) -> None:
        ended = targets.end(let(override, nils, petra), by=nils, because_of="Valves are gone")
        assert ended.status == "ENDED"

    def test_refused_it_is_a_draft_and_nothing_moved(
        self, override: TargetOverride, aimed: Zone, nils: User, petra: User
    ) -> None:
        targets.submit(override, by=nils)
        refuse(Decision.objects.get(kind="TARGET_LEVEL"), by=petra, decision_reason="No")
        override.refresh_from_db()
        aimed.refresh_from_db()
        assert (override.status, min(aimed.sl_t or [0])) == ("DRAFT", proposed(aimed))
