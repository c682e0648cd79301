"""A release that reads more of a document reads those that are kept anew, once."""

from collections.abc import Callable

import pytest

from accounts.models import Site
from assets.models import Asset
from patching import matching, tasks
from patching.models import AdvisoryState, Match
from patching.rereading import read_anew
from patching.rules.versions import PARSER_VERSION
from tests.patching.rules.plant import document

FIX = "Update to version 11.1.8"


@pytest.fixture
def kept(north: Site, feed: Callable[..., None]) -> AdvisoryState:
    """A document of which an older parser read no remedy."""
    Asset.objects.create(site=north, name="N-1", vendor="Merewater Drives", product="MD 400", version="11.1.7")
    feed(document(("MD 400", "< 11.1.7"), fix=FIX))
    state = AdvisoryState.objects.get()
    state.products = [product | {"texts": []} for product in state.products]
    state.parser = PARSER_VERSION - 1
    state.save()
    return state


@pytest.mark.django_db(transaction=True)
def test_remedies_are_read_and_judged_at_the_first_matching_by_other_rules(
    kept: AdvisoryState, monkeypatch: pytest.MonkeyPatch
) -> None:
    verdicts = []
    for parser in (PARSER_VERSION, PARSER_VERSION - 1):
        AdvisoryState.objects.update(parser=parser)
        monkeypatch.setattr(matching, "_cached", None)
        monkeypatch.setattr(matching, "FOLLOWER", f"matching by rules of a release after {parser}")
        tasks.rematch()
        verdicts.append(Match.objects.get().verdict)
    kept.refresh_from_db()
    assert [product["texts"] for product in kept.products] == [[FIX]]
    assert kept.parser == PARSER_VERSION
    assert verdicts == ["FIXED", "REVIEW"]


@pytest.mark.django_db
def test_twice_is_once(kept: AdvisoryState) -> None:
    assert (read_anew(), read_anew()) == (1, 0)


@pytest.mark.django_db
def test_what_is_refused_today_stays_as_it_was_read(kept: AdvisoryState) -> None:
    kept.document["document"]["title"] = "x" * 6_000
    kept.save()
    assert (read_anew(), read_anew()) == (1, 0)
    before = kept.products
    kept.refresh_from_db()
    assert kept.products == before
