"""A synthetic plant of any size, written in bulk, for measurements."""

from collections.abc import Iterator

from django.db import connection

from accounts.models import Organisation, Site
from assets.models import Asset, Zone
from registers.history.origin import because

ZONES_A_SITE = 10
PRODUCTS = (
    ("Siemens", "SIMATIC S7-1500 CPU 1516-3 PN/DP", "6ES7516-3AN0{0}-0AB0", "V2.{1}.{2}", "PLC"),
    ("Rockwell Automation", "ControlLogix 5580 1756-L8{0}E", "1756-L8{0}E", "3{1}.01{2}", "PLC"),
    ("Schneider Electric", "Modicon M340 BMXP3420{0}0", "BMXP3420{0}0", "3.{1}{2}", "PLC"),
    ("Moxa", "EDS-5{0}0E", "EDS-5{0}0E", "5.{1}.{2}", "NETWORK_DEVICE"),
    ("Hirschmann", "RSP3{0}", "RSP3{0}", "09.{1}.0{2}", "NETWORK_DEVICE"),
    ("WAGO", "PFC200 750-82{0}2", "750-82{0}2", "FW{1}{2}", "CONTROL_HARDWARE"),
    ("ABB", "AC500 PM5{0}3", "PM5{0}3", "2.{1}.{2}", "PLC"),
    ("Phoenix Contact", "AXC F {0}152", "240426{0}", "202{1}.0.{2}", "PLC"),
    ("AVEVA", "System Platform 202{0}", "", "202{1} R{2}", "INDUSTRIAL_APPLICATION"),
    ("Delta Electronics", "DIAEnergie {0}", "", "1.{1}.{2}.0", "SCADA_SERVER"),
    ("Advantech", "WebAccess/SCADA {0}", "", "9.{1}.{2}", "SCADA_SERVER"),
    ("Omron", "CJ2M-CPU3{0}", "CJ2M-CPU3{0}", "2.{1}", "PLC"),
)  # fmt: skip


def fill(assets: int, sites: int) -> None:
    """Write `sites` sites with ten zones each and `assets` assets of about 3,000 product types spread over them."""
    Organisation.objects.get_or_create(defaults={"name": "Synthetic plant"})
    with because(step="csms.scale"):
        first = Site.objects.count()
        made = Site.objects.bulk_create(
            [Site(code=f"SYN{first + number:03}", name=f"Synthetic site {first + number}") for number in range(sites)]
        )
        zones = Zone.objects.bulk_create(
            [
                Zone(site=site, name=f"Zone {number}", level=number % 5, sl_t=[2] * 7)
                for site in made for number in range(ZONES_A_SITE)
            ]
        )  # fmt: skip
        for batch in _batches(assets, zones):
            Asset.objects.bulk_create(batch)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # as autovacuum does within a minute of such a load


def _batches(assets: int, zones: list[Zone], size: int = 5000) -> Iterator[list[Asset]]:
    for start in range(0, assets, size):
        yield [_asset(number, zones[number % len(zones)]) for number in range(start, min(start + size, assets))]


def _asset(number: int, zone: Zone) -> Asset:
    vendor, product, model, version, kind = PRODUCTS[number % len(PRODUCTS)]
    turn = number // len(PRODUCTS)
    parts = (turn % 5, turn // 5 % 10, turn // 50 % 5)
    return Asset(
        site_id=zone.site_id, zone=zone, name=f"SYN-{number:07}", kind=kind, vendor=vendor, product=product.format(*parts),
        model_number=model.format(*parts), version=version.format(*parts), serial_number=f"SN{number:08}",
        ip_address=f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}", location=f"Cabinet {number % 97}",
        safety_effect=number % 3, environment_effect=number % 4, production_effect=number % 4, recovery_hours=number % 100,
    )  # fmt: skip
