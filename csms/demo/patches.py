"""The demo's season of patching: windows, what was tested, approved, installed, put off and taken back."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, time, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.db.models import Max

from accounts.models import Site, User
from assets.models import Backup
from csms.demo.files import events as written
from csms.demo.telling import Year
from patching import deferring, deploying, remedies
from patching.models import Blackout, MaintenanceWindow, Match, PatchDeployment, PatchPolicy, PriorityTable
from patching.workflow import submit
from programme.bargaining import ask_back
from programme.models import Decision, Evidence
from programme.workflow import approve
from registers import clock
from registers.workflow import NotPossible

KEEPER = {"NORTH": "emil@demo.example", "SOUTH": "sven@demo.example", "HARBOUR": "mara@demo.example"}
WINDOWS = {  # site: name, weekday, begins, minutes, room, rule
    "NORTH": (("Filter line night", 6, time(22), 300, 180, "FREQ=WEEKLY;BYDAY=SU"), ("Control room morning", 2, time(5), 180, 120, "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE")),
    "SOUTH": (("Night of low inflow", 0, time(1, 30), 240, 180, "FREQ=WEEKLY;BYDAY=MO"), ("Blower change", 3, time(13), 180, 120, "FREQ=MONTHLY;BYDAY=1TH")),
    "HARBOUR": (("Slack water", 1, time(9), 180, 120, "FREQ=WEEKLY;BYDAY=TU"), ("Quarter's service", 5, time(8), 480, 360, "FREQ=MONTHLY;INTERVAL=3;BYDAY=1SA")),
}  # fmt: skip
SEASON = timedelta(days=120)  # how far ahead the crews plan
ELSEWHERE = {
    event["asset"] for event in written() if event["do"] in {"set_version", "decide_match"}
}  # the year tells of them itself
BENCH = "Spare device on the bench of the workshop"
TEST: dict[str, Any] = {
    "test_steps": "Loaded on the bench, project downloaded, ran a day against the simulator.",
    "test_result": "No alarm, cycle time as before.",
}  # fmt: skip
LATER = {
    "put off": range(14, 37, 3),
    "planned": (*range(15, 37, 3), *range(16, 37, 6), 25, *range(37, 60)),
    "not for it": (19, 31),
}
STEPS: tuple[tuple[int, str, Iterable[int]], ...] = (  # day, what, which of the site's patches
    (-46, "windows", ()), (-45, "propose", ()), (-42, "start_test", (0, 1, 2, 3, 5, 6, 9, 10, 11, 12, 13)),
    (-38, "pass_test", (0, 1, 2, 3, 5, 9, 10, 11, 12, 13)), (-37, "refuse_test", (6,)),
    (-36, "ask_approval", (0, 1, 2, 3, 5, 10, 11, 12, 13)), (-35, "approve", (0, 1, 2, 3, 5, 10, 11, 12, 13)), (-35, "ask_deferral", (7,)),
    (-34, "approve_deferral", (7,)),
    (-33, "schedule", (0, 1, 2)), (-32, "ask_deferral", LATER["put off"]), (-31, "approve_deferral", LATER["put off"]),
    (-30, "rule_out", LATER["not for it"]), (-22, "install", (0, 1, 2)), (-21, "verify", (0,)), (-18, "roll_back", (2,)),
    (-12, "propose_again", ()), (-10, "rule_out", (8,)), (-6, "start_test", (4,)), (-3, "ask_deferral", (11,)), (-2, "schedule", (3, 10, 12, 13)),
    (-9, "start_test", LATER["planned"]), (-5, "pass_test", LATER["planned"]), (-4, "ask_approval", LATER["planned"]),
    (-3, "approve", LATER["planned"]), (-2, "schedule", LATER["planned"]), (-1, "ask_back", (11,)),
)  # fmt: skip


def events() -> Iterator[dict[str, Any]]:
    """Yield what happened, site by site, as events of the year."""
    for day, step, which in STEPS:
        for site, keeper in KEEPER.items() if step != "ask_back" else (("NORTH", ""),):
            by = (
                "petra@demo.example"
                if step in {"approve", "approve_deferral", "ask_back"}
                else "mara@demo.example"
                if step in {"windows", "rule_out"}
                else keeper
            )
            yield {"day": day, "by": by, "do": "patch", "site": site, "step": step, "which": which}
    yield {"day": -4, "by": "mara@demo.example", "do": "patch", "step": "submit_table"}


def tell(event: dict[str, Any], *, site: Site, by: User, year: Year) -> None:
    """Carry out one of them."""
    if event["step"] == "submit_table":
        _submit_table(by)
    elif event["step"] == "windows":
        _open_windows(site)
    elif event["step"] in {"propose", "propose_again"}:
        found = Match.objects.filter(site=site, verdict="AFFECTED").select_related("asset", "advisory", "site")
        if event["step"] == "propose_again":
            found = found.exclude(asset__name__in=ELSEWHERE)
        remedies.propose(found.order_by("asset__name", "advisory__tracking_id"), now=clock.now())
    else:
        chosen = list(PatchDeployment.objects.filter(site=site).exclude(asset__name__in=ELSEWHERE).order_by("pk"))
        for number in event["which"]:
            if number < len(chosen) and not chosen[number].reason.startswith(remedies.REPLACED):
                DONE[event["step"]](chosen[number], by)


def _submit_table(by: User) -> None:
    """Ask for the next version of the table of priorities; the plant director has it before her."""
    made = PriorityTable(
        title="Patch policy 5", why="The insurer wants what is watched closely dealt with in 60 days.", drafted_by=by
    )
    made.intervals["TRACK_CLOSELY"] = {"days": 60, "source": "patch policy 5, as the insurer asks"}
    made.save()
    submit(made, by=by)


def _open_windows(site: Site) -> None:
    today = clock.now().date()
    for name, weekday, begins, minutes, room, rule in WINDOWS[site.code]:
        MaintenanceWindow.objects.create(
            site=site, name=name, starts_on=today - timedelta(days=(today.weekday() - weekday) % 7 + 7), starts_time=begins,
            rule=rule, minutes=minutes, capacity_minutes=room, capacity_assets=4,
        )  # fmt: skip
    PatchPolicy.objects.create(site=site)
    end = date(today.year, 12, 23)
    Blackout.objects.create(site=site, title="Holidays: crews at home", first_on=end, last_on=end + timedelta(days=11))


def _start_test(one: PatchDeployment, by: User) -> None:
    deploying.start_test(one, by=by, test_environment=BENCH)


def _pass_test(one: PatchDeployment, by: User) -> None:
    log = Evidence.objects.filter(site=one.site, tested_deployments__patch=one.patch).first() or _log(one)
    deploying.pass_test(one, by=by, test_proofs=[log], **TEST)


def _log(one: PatchDeployment) -> Evidence:
    """Keep the log of the bench, which stands for every device that gets this patch."""
    text = f"{one.patch}\n{BENCH}\n{TEST['test_steps']}\n{TEST['test_result']}\n"
    made = Evidence(
        site=one.site, about=one, title=f"Test log of the workshop: {one.patch}", kind=Evidence.Kind.RECORD_OF_PRACTICE,
        file=ContentFile(text.encode(), name="test-log.txt"), effective_from=clock.now().date(),
    )  # fmt: skip
    made.clean()
    made.save()
    return made


def _refuse_test(one: PatchDeployment, by: User) -> None:
    deploying.refuse_test(
        one, by=by, because_of="The bench device did not come back after the restart. Asked the vendor."
    )


def _ask_approval(one: PatchDeployment, by: User) -> None:
    way = "Load the firmware of before from the workshop's store, download the project of the last backup."
    deploying.ask_approval(one, by=by, rollback_plan=way, because_of="Tested, and the advisory is due.")


def _decide(one: PatchDeployment, kind: str, by: User, reason: str) -> None:
    asked = Decision.objects.get(kind=kind, object_id=one.pk, status=Decision.Status.REQUESTED)
    approve(asked, by=by, decision_reason=reason)


def _approve(one: PatchDeployment, by: User) -> None:
    _decide(one, Decision.Kind.PATCH_DEPLOYMENT, by, "In a window, with a backup of the day before.")


def _schedule(one: PatchDeployment, by: User) -> None:
    """Take the first window with room; those before the last one that is used are full, or near it."""
    now = clock.now()
    last = PatchDeployment.objects.filter(site=one.site, status="SCHEDULED").aggregate(at=Max("starts_at"))["at"]
    since = max(now + timedelta(days=3), last or now)
    windows = MaintenanceWindow.objects.filter(site=one.site).order_by("pk")
    ahead = [(start, window.pk) for window in windows for start, _end in window.recurrence.between(since, now + SEASON)]
    for start, window in sorted(ahead):
        try:
            deploying.schedule(one, by=by, window_id=window, begins_at=start)
        except NotPossible:
            continue
        return


def _install(one: PatchDeployment, by: User) -> None:
    day = clock.now().date() - timedelta(days=1)
    Backup.objects.create(site=one.site, asset=one.asset, taken_on=day, content="Project and firmware before patching")
    deploying.install(one, by=by, note="As planned.")


def _verify(one: PatchDeployment, by: User) -> None:
    deploying.verify(one, by=by, version_read=one.patch.version)


def _roll_back(one: PatchDeployment, by: User) -> None:
    deploying.roll_back(one, by=by, because_of="The link to the telemetry broke after two days.")


def _ask_deferral(one: PatchDeployment, by: User) -> None:
    deferring.ask_deferral(
        one, by=by, countermeasure="The service is blocked at the zone's firewall, rule checked monthly.",
        deferred_until=clock.now().date() + timedelta(days=75), because_of="Not before the dry season is over.",
    )  # fmt: skip


def _approve_deferral(one: PatchDeployment, by: User) -> None:
    _decide(one, Decision.Kind.PATCH_DEFERRAL, by, "The rule was seen at the firewall.")


def _ask_back(one: PatchDeployment, by: User) -> None:
    asked = Decision.objects.get(kind=Decision.Kind.PATCH_DEFERRAL, object_id=one.pk, status=Decision.Status.REQUESTED)
    ask_back(asked, by=by, question="Who checks the rule while the firewall is in service?")


def _rule_out(one: PatchDeployment, by: User) -> None:
    deploying.rule_out(one, by=by, because_of="The option that the patch mends is not installed here.")


DONE: dict[str, Callable[[PatchDeployment, User], None]] = {
    "start_test": _start_test, "pass_test": _pass_test, "refuse_test": _refuse_test, "ask_approval": _ask_approval,
    "approve": _approve, "schedule": _schedule, "install": _install, "verify": _verify, "roll_back": _roll_back,
    "ask_deferral": _ask_deferral, "approve_deferral": _approve_deferral, "ask_back": _ask_back, "rule_out": _rule_out,
}  # fmt: skip
