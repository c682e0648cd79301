"""Every register of the portal in menu order, and what the apps declare for each other."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_noop as _

import accounts.registers
import accounts.summary
import assets.registers
import assets.summary
import network.registers
import network.summary
import patching.registers
import patching.summary
import policies.registers
import policies.summary
import programme.panels
import programme.registers
import programme.summary
import registers.registers
import reports.registers
import reports.summary
import risk.panels
import risk.registers
import risk.summary
import scope.registers
from assets.discovering import run as run_discovery
from assets.imports import ASSET_IMPORTER
from assets.models import Asset, Conduit, Flow, Interface, Network, RemovableMedium, Zone
from network.captures import run as run_capture
from network.models import SrAnswer
from network.rulesets import run as run_ruleset
from network.tasks import measure_flows, recheck, settle_levels
from network.workflow import COMPENSATION
from patching.deferring import PATCH_DEFERRAL
from patching.deploying import PATCH_DEPLOYMENT
from patching.inheriting import inherit
from patching.models import Advisory, Match, Patch, PatchDeployment, PriorityTable, ProductLink, VendorAlias
from patching.planning import run as run_plan
from patching.standing import ACTS as PATCH_ACTS
from patching.standing import BESIDE as PATCH_COLUMNS
from patching.tasks import propose_patches, rematch
from patching.visits import run_file, run_poll
from patching.workflow import PRIORITY_TABLE
from policies.models import PolicyException
from policies.workflow import EXCEPTION
from programme.judging import NOT_APPLICABLE
from programme.models import Decision, Judgement
from programme.packs import run as pack_evidence
from programme.tags import tagged
from programme.tasks import lapse_decisions
from programme.workflow import DecisionKind
from registers.files.importing import run as run_import
from registers.files.records import RecordImporter
from reports.issuing import issue
from reports.selfchecks import SELF_CHECKS as ALL_CHECKS
from risk.models import Risk, RiskAcceptance, RiskAssessment, Treatment
from risk.targets import TARGET_LEVEL
from risk.targets import hold as hold_target
from risk.tasks import reassess
from risk.workflow import RISK_ACCEPTANCE, RISK_ASSESSMENT
from scope.models import ScopeStatement
from scope.workflow import SCOPE_STATEMENT

APPS = (
    patching.registers, assets.registers, risk.registers, network.registers, policies.registers, scope.registers, programme.registers, reports.registers, accounts.registers,
    registers.registers,
)  # fmt: skip
REGISTERS = tuple(register for app in APPS for register in app.REGISTERS)
PANELS: tuple[tuple[type[models.Model] | None, Any], ...] = (
    *patching.registers.PANELS, *risk.panels.PANELS, *(panel for app in APPS[1:] for panel in app.PANELS),
)  # fmt: skip
BESIDE: dict[type[models.Model], tuple[Any, ...]] = {Asset: PATCH_COLUMNS}
ACTS: dict[type[models.Model], tuple[Any, ...]] = {Asset: PATCH_ACTS}
TIMELINE: tuple[Any, ...] = (programme.panels.remarks,)
FOLLOWERS: dict[type[models.Model], tuple[Any, ...]] = {
    **dict.fromkeys((Advisory, VendorAlias, ProductLink), (rematch,)),
    PriorityTable: (rematch, lapse_decisions),
    **dict.fromkeys((Zone, Conduit, Flow), (rematch, recheck, measure_flows)),
    Asset: (rematch, recheck, reassess, measure_flows),
    Match: (rematch, propose_patches, reassess, lapse_decisions),
    **dict.fromkeys((Judgement, ScopeStatement, Patch, PatchDeployment), (lapse_decisions,)),
    PolicyException: (lapse_decisions, recheck, measure_flows),
    **dict.fromkeys((Risk, Treatment), (reassess, lapse_decisions)),
    **dict.fromkeys((RiskAcceptance, RiskAssessment), (lapse_decisions,)),
    **dict.fromkeys((Network, Interface), (recheck, measure_flows)),
    RemovableMedium: (recheck,),
    SrAnswer: (lapse_decisions, settle_levels),
    Decision: (recheck, measure_flows),
}
STEPS: dict[str, str] = {  # what the timeline calls the steps that no button names
    "ask": _("Ask"), "assess": _("Assess"), "bulk_change": _("Bulk change"), "check": _("Check"), "decide": _("Decide"), "demo": _("Demo"),
    "end_own_session": _("End own session"), "end_own_sessions": _("End own sessions"), "expire": _("Expire"), "follow": _("Follow"), "give": _("Give"),
    "import": _("Import"), "invite": _("Invite"), "issue": _("Issue"), "join": _("Join"), "lapse": _("Lapse"), "load_reference": _("Load reference"), "match": _("Matched"),
    "measure": _("Measured"), "move": _("Move"), "plan": _("Plan"), "poll": _("Poll"), "propose": _("Propose"), "put": _("Put"), "remove": _("Remove"), "reprioritise": _("Reprioritise"),
    "request": _("Request"), "request_not_applicable": _("Request not applicable"), "revise": _("Revise"), "say": _("Say"), "scale": _("Scale"),
    "sign_out_at_provider": _("Signed out at the company's sign-in"),
    "take": _("Take"), "take_off": _("Take off"), "take_over": _("Take over"), "tidy": _("Tidy"), "verify": _("Verify"),
}  # fmt: skip
DECISIONS: dict[str, DecisionKind] = {
    "NOT_APPLICABLE": NOT_APPLICABLE, "SCOPE_STATEMENT": SCOPE_STATEMENT, "PATCH_DEPLOYMENT": PATCH_DEPLOYMENT, "PATCH_DEFERRAL": PATCH_DEFERRAL, "PRIORITY_TABLE": PRIORITY_TABLE,
    "EXCEPTION": EXCEPTION, "COMPENSATION": COMPENSATION,
    "RISK_ACCEPTANCE": RISK_ACCEPTANCE, "RISK_ASSESSMENT": RISK_ASSESSMENT, "TARGET_LEVEL": TARGET_LEVEL,
}  # fmt: skip
GUARDS: dict[type[models.Model], tuple[Any, ...]] = dict.fromkeys((Zone, Conduit), (hold_target,))
HEIRS: dict[type[models.Model], Any] = {Match: inherit}
IMPORTERS: dict[str, Any] = {
    **{register.name: RecordImporter(register) for register in REGISTERS if register.file_key},
    "assets": ASSET_IMPORTER,
}
JOBS: dict[str, Any] = {
    "report": issue,
    "import": run_import,
    "discovery": run_discovery,
    "poll": run_poll,
    "advisory-file": run_file,
    "evidence-pack": pack_evidence,
    "patch-plan": run_plan,
    "firewall": run_ruleset,
    "observed-flows": run_capture,
}
TAGGED = tagged
SELF_CHECKS = ALL_CHECKS
SUMMARIES: tuple[Any, ...] = (
    assets.summary,
    risk.summary,
    network.summary,
    patching.summary,
    policies.summary,
    programme.summary,
    reports.summary,
    accounts.summary,
)
