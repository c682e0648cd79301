"""Takes a firewall's rule set in, and keeps the verdict on its rules in step with the declared flows (N4)."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone

from accounts.models import Site, User
from assets.models import Asset
from network.declared import flows_of, places_of, plant_of
from network.feeds import ruletables
from network.feeds.rulesets import boxes, kind_of, start_of, unpacked
from network.feeds.terms import MOST_RULES
from network.models import FirewallRule, FirewallRuleset
from network.rules.firewall import Plant, Rule, Unread, judge
from network.rules.traffic import address_words, merged, service_words
from registers import clock, jobs
from registers.door import visible
from registers.files.sandbox import Refused, told
from registers.history.origin import because
from registers.models import Job
from registers.taking import take_in

BATCH = 1000
BROKEN = "The file cannot be read: it is damaged, or far larger than a rule set. Take it from the firewall anew."


def read(path: Path, name: str) -> tuple[str, list[Rule | Unread]]:
    """Return the format of a file and what it tells; raises Refused."""
    start = start_of(path)
    kind = "TABLE" if start.startswith("PK") else kind_of(start)
    if kind == "TABLE":
        found = list(ruletables.read(path, name))
    else:
        found = [unpacked(one) for one in told("network.feeds.rulesets", path, broken=BROKEN)]
    if len(found) > MOST_RULES:
        raise Refused(f"The file tells of over {MOST_RULES:,} rules. Split it by access list.")
    if not found:
        raise Refused("The file tells of no rule.")
    return kind, found


def take(
    path: Path, name: str, *, site: Site, by: User, now: datetime, device: Asset | None = None
) -> tuple[FirewallRuleset, bool]:
    """Return the rule set of this file, and whether it is new; raises Refused."""
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    known = FirewallRuleset.objects.filter(site=site, sha256=sha256).first()
    if known:
        return known, False
    kind, found = read(path, name)
    with because(by=by, step="network.firewallruleset.take", reason=f"rule set {name}"[:300]):
        ruleset = FirewallRuleset.objects.create(
            site=site,
            name=name[:160],
            device=device,
            format=kind,
            sha256=sha256,
            read_at=now,
            taken_by=by,
            judged_at=now,
        )
        made = [_row(ruleset, number, one) for number, one in enumerate(found, start=1)]
        _judge(made, _plant(site, now))
        FirewallRule.objects.bulk_create(made, batch_size=BATCH)
    return ruleset, True


def _row(ruleset: FirewallRuleset, number: int, one: Rule | Unread) -> FirewallRule:
    """Return a line as it is kept."""
    row = FirewallRule(
        site_id=ruleset.site_id, ruleset=ruleset, number=number, line=one.line, text=_clean(one.text)[:2000]
    )
    if isinstance(one, Unread):
        row.words = one.why[:1000]
        return row
    row.chain, row.permits, row.active, row.hits = one.chain[:80], one.permits, one.active, one.hits
    row.remark, row.traffic, row.verdict = _clean(one.remark)[:200], [list(box) for box in one.traffic], "BLOCKS"
    row.source = address_words(merged(one.traffic, 0))[:300]
    row.destination = address_words(merged(one.traffic, 1))[:300]
    row.service = ", ".join(dict.fromkeys(map(service_words, one.traffic[:6])))[:300]
    return row


def _clean(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _plant(site: Site, now: datetime) -> Plant:
    return plant_of(flows_of(site, on=clock.day_of(now, site)), places_of(site))


def _judge(rows: list[FirewallRule], plant: Plant) -> list[FirewallRule]:
    """Set the verdict of each row; return those that changed."""
    kept = [row for row in rows if row.traffic]
    rules = [
        Rule(
            line=row.line, text="", chain=row.chain, permits=row.permits, traffic=boxes(row.traffic), hits=row.hits, active=row.active
        )
        for row in kept
    ]  # fmt: skip
    changed = []
    for row, judged in zip(kept, judge(rules, plant), strict=True):
        told = (str(judged.verdict), judged.words, list(judged.flows))
        if (row.verdict, row.words, row.flows) != told:
            row.verdict, row.words, row.flows = told
            changed.append(row)
    return changed


def rejudge(site: Site, *, now: datetime) -> int:
    """Measure every rule set of a site by the flows declared now; return how many rules changed."""
    rulesets = list(FirewallRuleset.objects.filter(site=site).order_by("pk"))
    if not rulesets:
        return 0
    plant, changed = _plant(site, now), 0
    for ruleset in rulesets:
        moved = _judge(list(ruleset.rules.order_by("number")), plant)
        FirewallRule.objects.bulk_update(moved, ["verdict", "words", "flows"], batch_size=BATCH)
        changed += len(moved)
        if moved:
            FirewallRuleset.objects.filter(pk=ruleset.pk).update(judged_at=now)
    return changed


def ask(user: User, *, site: Site, name: str, path: str, device: Asset | None = None) -> Job:
    """Start the job that takes a kept file in."""
    return jobs.start(
        user, "firewall", f"Rule set {name} of {site.code}", site=site.pk, path=path, name=name[:120], device=device.pk if device else None
    )  # fmt: skip


def run(job: Job) -> None:
    """Do the job; raises JobFailed with the sentence for a file of no use."""
    given: dict[str, Any] = job.arguments

    def take_of(site: Site, path: Path) -> tuple[FirewallRuleset, bool]:
        device = visible(Asset.objects.filter(site=site), job.owner).filter(pk=given["device"]).first()
        return take(path, given["name"], site=site, by=job.owner, now=timezone.now(), device=device)

    ruleset, fresh = take_in(job, take_of)
    found = list(ruleset.rules.values_list("verdict", flat=True))
    job.counts = {str(one.label).lower(): found.count(one.value) for one in FirewallRule.Verdict}
    job.counts["taken before"] = int(not fresh)
    job.total, job.result = len(found), ruleset.get_absolute_url()
    jobs.report(job, 1, 1, now=timezone.now())
