"""Every address of the portal is named here or follows from a register, and says what nobody and a stranger get."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, resolve

from accounts.models import Site, User
from assets.models import Asset, DiscoveryScan, WalkDown
from csms.catalog import REGISTERS
from patching.models import Advisory, AdvisorySource
from programme.models import Evidence
from programme.tags import put
from registers.models import Job
from registers.own import Notice
from reports.models import Report
from risk.models import RiskAssessment
from tests.contract.alike import ABSENT, assert_alike, count_from_far
from tests.contract.test_registers import build

# Pages beside the registers: what a stranger gets, a person of another site who asks for a record of NORTH.
PAGES: dict[str, tuple[str, int]] = {
    "home": ("/", 200),
    "styleguide": ("/styleguide/", 200),
    "my-work": ("/my-work/", 200),
    "calendar-address": ("/my-work/calendar/", 405),
    "snooze": ("/my-work/0/snooze/", 405),
    "notice": ("/my-work/notices/{notice}/", 405),
    "search": ("/search/?q=N-PS1", 200),
    "preferences": ("/preferences/", 405),
    "accounts:sessions": ("/accounts/sessions/", 200),
    "accounts:tokens": ("/accounts/tokens/", 200),
    "accounts:invite": ("/accounts/people/invite/", 403),
    "accounts:go-on": ("/accounts/go-on/nothing/", 302),
    "accounts:oidc-again": ("/accounts/oidc/company/again/", 404),
    "accounts:email": ("/accounts/email/", 403),
    "accounts:matrix": ("/accounts/matrix/", 200),
    "assets:hardening": ("/assets/hardening/?asset={asset}", 404),
    "assets:quality": ("/assets/quality/?site={site}", 404),
    "assets:assets-merge": ("/assets/assets/{asset}/merge/?other={asset}", 404),
    "assets:told-apart": ("/assets/quality/apart/", 405),
    "assets:walk": ("/assets/walk-downs/{walkdown}/walk/", 404),
    "assets:ask-round": ("/assets/walk-downs/ask/", 405),
    "assets:criticality": ("/assets/criticality/?site={site}", 404),
    "assets:criticality-level": ("/assets/criticality/level/", 200),
    "assets:discovery-scans-take": ("/assets/discovery-scans/take/", 200),
    "assets:scan-settle": ("/assets/discovery-scans/{scan}/settle/", 405),
    "network:drawing": ("/network/drawing/?site={site}", 404),
    "network:move": ("/network/drawing/move/", 405),
    "network:tidy": ("/network/drawing/tidy/", 405),
    "network:security-levels": ("/network/security-levels/?site={site}", 404),
    "network:answer": ("/network/security-levels/answer/", 405),
    "network:take-over": ("/network/security-levels/take-over/", 405),
    "scope:coverage": ("/scope/coverage/?site={site}", 404),
    "network:firewall-rulesets-take": ("/network/firewall-rulesets/take/", 200),
    "network:flow-captures-take": ("/network/flow-captures/take/", 200),
    "network:observed-flows-together": ("/network/observed-flows/together/", 405),
    "risk:heat-map": ("/risk/heat-map/?site={site}", 404),
    "risk:attack-paths": ("/risk/attack-paths/?site={site}", 404),
    "risk:take-target": ("/risk/targets/take/", 405),
    "risk:guide": ("/risk/risk-assessments/{assessment}/guide/", 404),
    "patching:source-poll": ("/patching/advisory-sources/{source}/poll/", 405),
    "patching:source-upload": ("/patching/advisory-sources/{source}/upload/", 405),
    "patching:revisions": ("/patching/advisories/{advisory}/revisions/", 200),
    "patching:exposure": ("/patching/exposure/?site={site}", 404),
    "patching:vex": ("/patching/vex/?site={site}", 404),
    "patching:plan": ("/patching/plan/?site={site}", 404),
    "patching:plan-patches": ("/patching/plan/patches/", 405),
    "patching:plan-move": ("/patching/plan/move/", 405),
    "patching:plan-propose": ("/patching/plan/propose/", 405),
    "patching:plan-accept": ("/patching/plan/accept/", 405),
    "patching:plan-calendar": ("/patching/plan/calendar/", 405),
    "patching:patch-deployments-together": ("/patching/patch-deployments/together/", 405),
    "programme:comment": ("/programme/comment/assets/{asset}/", 405),
    "programme:tag": ("/programme/tag/assets/{asset}/", 405),
    "programme:untag": ("/programme/untag/{tag}/", 405),
    "programme:prove": ("/programme/prove/assets/{asset}/", 404),
    "programme:supersede": ("/programme/evidence/{evidence}/supersede/", 404),
    "programme:pack": ("/programme/packs/", 405),
    "programme:evidence-file": ("/programme/evidence/{evidence}/file/", 404),
    "self-checks": ("/self-checks/", 200),
    "reports:home": ("/reports/", 302),
    "reports:conformity": ("/reports/conformity/?site={site}", 404),
    "reports:ask": ("/reports/make/", 200),
    "reports:drawing": ("/reports/drawing/png/?site={site}", 404),
    "reports:labels": ("/reports/labels/", 405),
    "reports:download": ("/reports/reports/{report}/download/", 404),
    "registers:jobs": ("/jobs/", 200),
    "registers:job": ("/jobs/{job}/", 404),
    "registers:import-commit": ("/jobs/{job}/import/", 405),
    "registers:import-errors": ("/jobs/{job}/errors/", 404),
    "registers:import": ("/import/assets/", 200),
    "registers:choices": ("/choices/assets/?q=N-PS1", 200),
    "registers:columns": ("/columns/assets/", 405),
}
ENDPOINTS: dict[str, tuple[str, int]] = {
    "api-my-work": ("/api/v1/my-work/", 200),
    "api-snooze": ("/api/v1/my-work/0/snooze/", 405),
    "api-wake": ("/api/v1/my-work/0/wake/", 405),
    "api-search": ("/api/v1/search/?q=N-PS1", 200),
    "api-jobs": ("/api/v1/jobs/", 200),
    "api-job": ("/api/v1/jobs/{job}/", 404),
    "api-imports": ("/api/v1/imports/", 405),
    "api-self-checks": ("/api/v1/self-checks/?site={site}", 400),
    "conformity": ("/api/v1/conformity/?site={site}", 400),
    "schema": ("/api/v1/schema/", 200),
    "docs": ("/api/v1/docs/", 200),
    "api:role-grants-invite": ("/api/v1/role-grants/invite/", 405),
    "api:assets-quality": ("/api/v1/assets/quality/?site={site}", 404),
    "api:discovery-scans-take": ("/api/v1/discovery-scans/take/", 405),
    "api:firewall-rulesets-take": ("/api/v1/firewall-rulesets/take/", 405),
    "api:flow-captures-take": ("/api/v1/flow-captures/take/", 405),
    "api:sightings-together": ("/api/v1/sightings/together/", 405),
    "api:observed-flows-together": ("/api/v1/observed-flows/together/", 405),
    "api:advisory-sources-poll": ("/api/v1/advisory-sources/{source}/poll/", 405),
    "api:advisory-sources-upload": ("/api/v1/advisory-sources/{source}/upload/", 405),
    "api:matches-course": ("/api/v1/matches/course/?site={site}", 404),
    "api:matches-vex": ("/api/v1/matches/vex/?site={site}", 404),
    "api:patch-deployments-together": ("/api/v1/patch-deployments/together/", 405),
    "api:evidence-content": ("/api/v1/evidence/{evidence}/content/", 404),
    "api:evidence-packs": ("/api/v1/evidence/packs/", 405),
    "api:evidence-pack": ("/api/v1/evidence/packs/{job}/", 404),
    "api:reports-pdf": ("/api/v1/reports/{report}/pdf/", 404),
}
# Answered to whoever knows a secret; tests/csms/test_work.py, tests/csms/test_metrics.py and tests/accounts/test_entrance.py hold it.
SECRET = {"calendar", "patching:calendar", "accounts:invitation", "metrics"}
# Answered to everybody: nothing of a plant stands there.
OPEN = {
    "security-contact": "/.well-known/security.txt",
    "accounts:oidc-login": "/accounts/oidc/company/login/",
    "accounts:oidc-callback": "/accounts/oidc/company/login/callback/",
    "accounts:oidc-logout": "/accounts/oidc/company/logout/",
    "healthz": "/healthz",
    "readyz": "/readyz",
    "reports:verify": "/reports/verify/",
}
# What these make for one's own site is new each time.
NEW = ("calendar-address", "patching:plan-calendar", "programme:pack")
# Kinds of records that everybody reads.
SHARED = ("source", "advisory")
# The pages of sign-in, second factor and sessions come from a library; tests/accounts holds what they do.
SIGN_IN = ("account_", "mfa_", "socialaccount_", "openid_connect_", "usersessions_")


def names(resolver: Any = None, space: str = "") -> Iterator[str]:
    """Yield the name of every address."""
    for one in (resolver or get_resolver()).url_patterns:
        if hasattr(one, "url_patterns"):
            yield from names(one, f"{space}{one.namespace}:" if one.namespace else space)
        elif one.name:
            yield space + str(one.name)


def of_registers() -> set[str]:
    """Return the names that follow from the registers; tests/contract/test_registers.py holds each of them."""
    found = set()
    for register in REGISTERS:
        found |= {f"{register.app}:{page.name}" for page in register.urls()}
        found |= {
            f"api:{register.name}-{one}" for one in ("list", "detail", *(step.name for step in register.transitions))
        }
    return found


def test_every_address_is_tested() -> None:
    there = {name for name in names() if not name.startswith(SIGN_IN)}
    assert there == of_registers() | set(PAGES) | set(ENDPOINTS) | set(OPEN) | SECRET


@pytest.fixture(scope="module")
def ids(north: Site, mara: User) -> dict[str, Any]:
    """The ids of records of NORTH."""
    count_from_far()
    plc = Asset.objects.create(site=north, name="N-PS1-PLC01", kind="PLC")
    job = Job.objects.create(owner=mara, kind="report", title="Compliance of NORTH")
    return {
        "notice": Notice.objects.create(owner=mara, title="Compliance of NORTH").pk, "site": north.pk, "asset": plc.pk, "tag": put(plc, by=mara, name="Compliance of NORTH").pk, "job": job.pk, "evidence": build(Evidence, north, "N").pk, "report": build(Report, north, "N").pk,
        "source": build(AdvisorySource, north, "N").pk, "advisory": build(Advisory, north, "N").pk,
        "scan": build(DiscoveryScan, north, "N").pk, "assessment": build(RiskAssessment, north, "N").pk, "walkdown": build(WalkDown, north, "N").pk,
    }  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted({**PAGES, **ENDPOINTS}))
def test_nobody_is_let_in(name: str, ids: dict[str, Any]) -> None:
    path = {**PAGES, **ENDPOINTS}[name][0].format(**ids)
    assert resolve(path.partition("?")[0]).view_name == name
    answer = Client().get(path)
    if name in ENDPOINTS:
        assert answer.status_code == 401
    else:
        assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted({**PAGES, **ENDPOINTS}))
def test_a_stranger_learns_nothing(
    name: str, ids: dict[str, Any], sven: User, signed_in: Callable[[User], Client], rest: Callable[[User], Client]
) -> None:
    path, status = {**PAGES, **ENDPOINTS}[name]
    answer = (rest if name in ENDPOINTS else signed_in)(sven).get(path.format(**ids))
    assert answer.status_code == status
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    for secret in (b"N-PS1-PLC01", b"Northern waterworks", b"Compliance of NORTH"):
        assert secret not in body


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", sorted({**PAGES, **ENDPOINTS}.keys() - {"calendar-address"})
)  # that makes a new secret
def test_an_id_of_another_site_is_answered_as_one_that_does_not_exist(
    name: str, ids: dict[str, Any], south: Site, sven: User, signed_in: Callable[[User], Client],
    rest: Callable[[User], Client],
) -> None:  # fmt: skip
    path = {**PAGES, **ENDPOINTS}[name][0]
    client = (rest if name in ENDPOINTS else signed_in)(sven)
    client.get("/api/v1/sites/" if name in ENDPOINTS else "/nowhere/")  # what comes with the first request is done
    theirs = {kind: key for kind, key in ids.items() if kind not in SHARED}
    theirs["site"] = Site.objects.create(code="WEST", name="Western waterworks").pk
    absent = dict.fromkeys(theirs, ABSENT)
    shared = {kind: ids[kind] for kind in SHARED}

    def got(keys: dict[str, Any]) -> Any:
        return client.get(path.format(**keys, **shared))

    def sent(keys: dict[str, Any]) -> Any:
        return client.post(path.format(**keys, **shared), {"ids": keys["asset"], "text": "N", **keys})

    def sent_of_south(keys: dict[str, Any]) -> Any:
        return client.post(path.format(**keys, **shared), {"confirm": "1", **keys, "site": south.pk})

    for call in [sent, *([got] if "{" in path else []), *([] if name in NEW else [sent_of_south])]:
        assert_alike(call, theirs, absent, what=call.__name__)


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(OPEN))
def test_what_is_open_is_open_to_everybody(name: str) -> None:
    assert resolve(OPEN[name]).view_name == name
    assert Client().get(OPEN[name]).status_code in {200, 404, 405, 503}
