"""The list of matches tells how bad and how likely: KEV, CVSS and EPSS as columns."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from assets.models import Asset
from patching.models import Advisory, AdvisorySource, Match, Prediction

WANTED = "/patching/matches/?columns=__str__,exploited,cvss,epss"


@pytest.fixture
def source(db: None) -> AdvisorySource:
    return AdvisorySource.objects.create(name="Pumps", kind="CSAF", address="pumps.example")


@pytest.fixture
def met(plc: Asset, source: AdvisorySource) -> Callable[..., Match]:
    """Make a match of the controller with an advisory of this score and these CVEs."""

    def make(name: str, cvss: float | None, *cves: str, **more: Any) -> Match:
        advisory = Advisory.objects.create(
            source=source, namespace="https://pumps.example", publisher="Pumps", tracking_id=name, title=name, cvss=cvss,
            initial_release_on=timezone.now(), current_release_on=timezone.now(),
        )  # fmt: skip
        return Match.objects.create(
            site=plc.site, asset=plc, advisory=advisory, verdict="AFFECTED", computed_verdict="AFFECTED", cves=list(cves),
            found_on=timezone.now().date(), **more,
        )  # fmt: skip

    return make


def predict(cve: str, score: float) -> None:
    Prediction.objects.create(cve=cve, score=score, percentile=0.5, model_version="v1", scored_at=timezone.now())


def order(client: Client, address: str) -> list[str]:
    return [match.advisory.tracking_id for match in client.get(address).context["page_obj"]]


def test_scores_are_columns_and_the_worst_prediction_counts(
    met: Callable[..., Match], emil: User, signed_in: Callable[[User], Client]
) -> None:
    predict("CVE-2026-0001", 0.02)
    predict("CVE-2026-0002", 0.3141)
    met("A", 9.8, "CVE-2026-0001", "CVE-2026-0002", exploited=True)
    page = signed_in(emil).get(WANTED).content.decode()
    for told in ("CVSS", "EPSS", "KEV", "9.8", "0.314"):
        assert told in page
    assert "0.314" not in signed_in(emil).get("/patching/matches/").content.decode()


def test_more_matches_cost_no_more_queries(
    met: Callable[..., Match], emil: User, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(emil)
    met("A", 9.8, "CVE-2026-0001")

    def queries() -> int:
        with CaptureQueriesContext(connection) as told:
            client.get(WANTED)
        return len(told)

    queries()
    few = queries()
    for number in range(5):
        predict(f"CVE-2026-1{number}", 0.1)
        met(f"B{number}", 5, f"CVE-2026-1{number}")
    assert queries() == few


def test_what_has_no_score_stands_last_either_way(
    met: Callable[..., Match], emil: User, signed_in: Callable[[User], Client]
) -> None:
    for name, cvss in (("LOW", 3.1), ("NONE", None), ("HIGH", 9.8)):
        met(name, cvss)
    client = signed_in(emil)
    assert order(client, f"{WANTED}&sort=cvss") == ["LOW", "HIGH", "NONE"]
    assert order(client, f"{WANTED}&sort=-cvss") == ["HIGH", "LOW", "NONE"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("plc01", ["PUMP-1", "PUMP-2"]), ("pump-1", ["PUMP-1"]), ("rotor", ["PUMP-2"]), ("ROTOR plc01 pump-2", ["PUMP-2"]),
        ("rotor pump-1", []), ("nothing", []),
    ],
)  # fmt: skip
def test_each_word_stands_in_the_match_or_in_what_it_points_at(
    met: Callable[..., Match], emil: User, signed_in: Callable[[User], Client], text: str, found: list[str]
) -> None:
    met("PUMP-1", None, product="Housing")
    met("PUMP-2", None, product="Rotor")
    assert order(signed_in(emil), f"/patching/matches/?q={text}") == found


def test_only_who_may_decide_is_led_to_deciding(
    met: Callable[..., Match], emil: User, ada: User, signed_in: Callable[[User], Client]
) -> None:
    asked = met("P-1", 5.0)
    Match.objects.filter(pk=asked.pk).update(verdict="REVIEW")
    shown = {
        user.name: signed_in(user).get(f"/assets/assets/{asked.asset_id}/").content.decode() for user in (emil, ada)
    }
    assert ">Decide</a>" in shown[emil.name]
    assert "P-1" in shown[ada.name]
    assert ">Decide</a>" not in shown[ada.name]
