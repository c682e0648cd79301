"""The rules, the log and the small reading aids of the tests of rule sets and observed flows."""

from pathlib import Path

from django.db.models import Model
from django.utils import timezone

from accounts.models import Site
from network.models import FirewallRuleset, ObservedFlow

NOW = timezone.now()
RULES = """action;source;destination;protocol;ports;hits
permit;10.21.10.0/24;10.21.35.12;tcp;443;9
permit;10.21.10.0/24;10.21.35.0/24;tcp;1-1024;9
permit;10.21.35.0/24;10.21.10.0/24;tcp;445;0
permit;10.21.10.7;10.21.35.12;tcp;443;
permit;10.21.10.0/24;10.21.35.14;tcp;443;0
deny;any;any;;;12
permit;office;any;;;
"""
LOG = "source,destination,protocol,port,count,last_seen\n10.21.10.5,10.21.35.12,tcp,443,40,2026-11-20\n10.21.10.5,10.21.35.13,tcp,445,3,2026-11-20\n10.21.10.6,10.21.35.13,tcp,445,2,2026-11-20\n10.99.0.1,10.21.35.13,udp,161,5,2026-11-20\n10.21.10.5,10.21.10.9,tcp,80,7,2026-11-20\n"


def put(tmp_path: Path, text: str | bytes) -> Path:
    """Put a file down."""
    path = tmp_path / "given"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def verdicts(ruleset: FirewallRuleset) -> dict[int, str]:
    """The verdict of each line."""
    return dict(ruleset.rules.values_list("line", "verdict"))


def smb(site: Site) -> ObservedFlow:
    """The undeclared flow of the log."""
    return ObservedFlow.objects.get(site=site, port=445)


def locked(model: type[Model], queries: list[dict[str, str]]) -> bool:
    """Tell whether the rows of a table were read whole, and locked wherever they were."""
    status = f'"{model._meta.db_table}"."status"'
    read = [
        one["sql"] for one in queries if one["sql"].startswith("SELECT") and status in one["sql"].split(" FROM ")[0]
    ]
    return bool(read) and all("FOR UPDATE" in sql for sql in read)
