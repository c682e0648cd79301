"""A match is decided beside the other matches of its advisory, by the very steps of its own page."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Site, User
from assets.models import Asset
from patching import reading
from patching.models import Advisory, AdvisorySource, AdvisoryState, Match
from registers.history.timeline import entries

WORD = {
    "step": "reject",
    "justification": "component_not_present",
    "decision_reason": "Web server off, seen at the device",
}


@pytest.fixture
def advisory(db: None) -> Advisory:
    source = AdvisorySource.objects.create(name="Pumps", kind="CSAF", address="pumps.example")
    return Advisory.objects.create(
        source=source, namespace="https://pumps.example", tracking_id="P-1", title="Overload",
        initial_release_on=timezone.now(), current_release_on=timezone.now(),
    )  # fmt: skip


@pytest.fixture
def met(advisory: Advisory) -> Callable[..., Match]:
    def make(asset: Asset, verdict: str = "REVIEW", **more: Any) -> Match:
        return Match.objects.create(
            site=asset.site, asset=asset, advisory=advisory, verdict=verdict, computed_verdict=verdict,
            found_on=timezone.now().date(), reason="Only if the web server is on.", cves=["CVE-2026-0001"], **more,
        )  # fmt: skip

    return make


@pytest.fixture
def asked(plc: Asset, met: Callable[..., Match]) -> Match:
    return met(plc)


def place(match: Match) -> str:
    return f"{match.advisory.get_absolute_url()}?decide={match.pk}"


def word(match: Match, **other: Any) -> dict[str, Any]:
    return WORD | {"seen": match.revision} | other


def decide(client: Client, match: Match, **other: Any) -> Any:
    return client.post(place(match), word(match, **other))


def test_the_row_that_waits_opens_the_form_beside_it(
    asked: Match, emil: User, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(emil)
    plain = client.get(asked.advisory.get_absolute_url()).content.decode()
    assert f'href="?decide={asked.pk}#decide"' in plain
    assert 'name="decision_reason"' not in plain
    opened = client.get(place(asked)).content.decode()
    assert 'name="decision_reason"' in opened
    assert f'name="seen" value="{asked.revision}"' in opened


def test_a_verdict_is_the_step_of_the_matchs_own_page(
    asked: Match, emil: User, signed_in: Callable[[User], Client]
) -> None:
    answer = decide(signed_in(emil), asked)
    assert answer.status_code == 302
    asked.refresh_from_db()
    assert (asked.verdict, asked.status, asked.justification) == ("NOT_AFFECTED", "REJECTED", "component_not_present")
    assert asked.decided_by == emil
    newest = entries(asked)[0]
    assert (newest.actor, newest.step) == (emil.name, "Reject: not affected")
    shown = signed_in(emil).get(asked.advisory.get_absolute_url()).content.decode()
    assert emil.name in shown


def test_affected_needs_no_justification(asked: Match, emil: User, signed_in: Callable[[User], Client]) -> None:
    assert decide(signed_in(emil), asked, step="confirm", justification="").status_code == 302
    asked.refresh_from_db()
    assert (asked.verdict, asked.status, asked.justification) == ("AFFECTED", "CONFIRMED", "")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"decision_reason": ""}, "decision_reason"),
        ({"decision_reason": "x" * 501}, "decision_reason"),
        ({"justification": ""}, "justification"),
        ({"justification": "because"}, "justification"),
        ({"step": "reopen"}, "step"),
        ({"step": ""}, "step"),
        ({"seen": "x"}, "seen"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    wrong: dict[str, str], field: str, asked: Match, emil: User, signed_in: Callable[[User], Client]
) -> None:
    answer = decide(signed_in(emil), asked, **({"decision_reason": "Web server off"} | wrong))
    assert answer.status_code == 422
    assert field in answer.context["verdict_form"].errors
    if field != "decision_reason":
        assert "Web server off</textarea>" in answer.content.decode()
    asked.refresh_from_db()
    assert asked.status == "OPEN"


def test_a_match_that_moved_on_is_read_again_first(
    asked: Match, emil: User, signed_in: Callable[[User], Client]
) -> None:
    sent = word(asked)
    Match.objects.filter(pk=asked.pk).update(clause="before V2.9.7")
    client = signed_in(emil)
    answer = client.post(place(asked), sent)
    assert answer.status_code == 409
    assert "changed since you opened it" in answer.content.decode()
    asked.refresh_from_db()
    assert asked.status == "OPEN"
    assert f'name="seen" value="{asked.revision}"' in answer.content.decode()
    assert client.post(place(asked), word(asked)).status_code == 302


def test_who_may_not_decide_sees_no_form_and_is_refused(
    asked: Match, ada: User, emil: User, signed_in: Callable[[User], Client]
) -> None:
    reader = signed_in(ada)
    shown = reader.get(place(asked)).content.decode()
    assert f'href="?decide={asked.pk}' not in shown
    assert 'name="decision_reason"' not in shown
    assert decide(reader, asked).status_code == 403
    assert decide(reader, asked, decision_reason="").status_code == 403
    asked.refresh_from_db()
    assert asked.status == "OPEN"


def test_a_match_of_another_site_or_advisory_is_not_there(
    asked: Match, south: Site, emil: User, met: Callable[..., Match], signed_in: Callable[[User], Client]
) -> None:
    theirs = met(Asset.objects.create(site=south, name="S-PLC01", product="CPU 1516"))
    client = signed_in(emil)
    assert "S-PLC01" not in client.get(place(theirs)).content.decode()
    assert decide(client, theirs).status_code == 404
    for strange in ("x", "0", "9" * 30, "", "²"):
        address = f"{asked.advisory.get_absolute_url()}?decide={strange}"
        assert client.get(address).status_code == 200
        assert client.post(address, word(asked)).status_code == 404
    theirs.refresh_from_db()
    assert theirs.status == "OPEN"


def test_more_matches_to_decide_cost_no_more_queries(
    asked: Match, emil: User, met: Callable[..., Match], signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(emil)

    def queries() -> int:
        with CaptureQueriesContext(connection) as told:
            client.get(place(asked))
        return len(told)

    queries()
    few = queries()
    for number in range(5):
        met(Asset.objects.create(site=asked.site, name=f"N-{number}", product="CPU 1516"))
    assert queries() == few


def test_verdicts_that_a_revision_opened_and_kept_are_counted(
    asked: Match, emil: User, met: Callable[..., Match], acting: Callable[..., Any]
) -> None:
    later = timezone.now()
    newest = AdvisoryState(advisory=asked.advisory, received_at=later)
    others = [Asset.objects.create(site=asked.site, name=f"N-{n}", product="CPU 1516") for n in range(3)]
    met(others[0], "NOT_AFFECTED", status="REJECTED", decided_at=later - timedelta(days=3))
    met(others[1], reopened_because="Rejected on 2026-01-01; since then: the range was another.")
    again = met(others[2])
    Match.objects.filter(pk=again.pk).update(reopened_because="Confirmed on 2026-01-01; since then: another range.")
    Match.objects.filter(pk=again.pk).update(
        reopened_because="", status="CONFIRMED", verdict="AFFECTED", decided_at=later + timedelta(seconds=1)
    )
    assert reading.opened_and_kept(Match.objects.filter(advisory=asked.advisory), newest) == (2, 1)
