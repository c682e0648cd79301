"""Risk at size: 5,000 risks under a new methodology, and attack paths over 300 conduits and 5,000 assets."""

from collections.abc import Iterator

from accounts.grants import grant
from accounts.models import Organisation, Role, Site, User
from assets.models import Asset, Conduit, Flow, Protocol, Zone
from bench.rows import Row, seconds
from programme.reference import load as load_catalogues
from registers.history.origin import because
from risk.models import Risk, RiskMethodology
from risk.preview import moves
from risk.reference import load
from risk.rules.paths import paths
from risk.terrain import outside, terrain_of
from risk.workflow import next_version, put_in_force

RISKS, CONDUITS, ZONES = 5_000, 300, 150


def run() -> Iterator[Row]:
    """Yield the rows; needs the scaled plant."""
    load_catalogues()
    load()
    manager = User.objects.create_user("bench@demo.example", None, name="Bench")
    grant(manager, Role.MANAGER, Organisation.objects.get())
    site = Site.objects.order_by("pk")[0]
    zones = list(Zone.objects.filter(site=site).order_by("pk"))
    with because(step="bench.risk"):
        made = [
            Risk(
                site=site, title=f"Risk {number}", zone=zones[number % len(zones)], likelihood=number % 5 + 1,
                impacts={"safety": number % 4 + 1, "production": number % 5 + 1},
            )
            for number in range(RISKS)
        ]  # fmt: skip
        Risk.objects.bulk_create(made)
    next_version(RiskMethodology.objects.get(status="IN_FORCE"), by=manager)
    draft = RiskMethodology.objects.get(status="DRAFT")
    draft.definition = {**draft.definition, "tolerable": draft.definition["tolerable"] + 1}
    draft.save()
    yield Row(
        "risk: preview of a methodology on 5,000 risks", seconds(lambda: moves(Risk.objects.all(), draft)), "s", 3
    )
    yield Row(
        "risk: putting it in force", seconds(lambda: put_in_force(draft, by=manager, because_of="bench")), "s", 20
    )
    yield from _paths(site, manager)


def _paths(site: Site, manager: User) -> Iterator[Row]:
    with because(step="bench.risk"):
        zones = Zone.objects.bulk_create(
            [Zone(site=site, name=f"Path {number}", level=number % 5, external=number == 0) for number in range(ZONES)]
        )
        ways = Conduit.objects.bulk_create([
            Conduit(site=site, name=f"Way {n}", zone_a=zones[n % ZONES], zone_b=zones[(n % ZONES + 1 + n // ZONES * 7) % ZONES])
            for n in range(CONDUITS)
        ])  # fmt: skip
        protocol = Protocol.objects.create(code="bench", name="Bench")
        Flow.objects.bulk_create(
            [Flow(site=site, conduit=way, initiator_id=way.zone_a_id, protocol=protocol) for way in ways]
        )
        spread = Asset.objects.filter(site=site).order_by("pk")[:5_000]
        for number, asset in enumerate(spread):
            asset.zone = zones[number % ZONES]
        Asset.objects.bulk_update(spread, ["zone"], batch_size=1000)

    def search() -> None:
        terrain, _weak = terrain_of(manager, site)
        assert paths(terrain, outside(zones), zones[-1].pk)

    search()
    yield Row("risk: cheapest attack paths, 300 conduits", seconds(search), "s", 1)
