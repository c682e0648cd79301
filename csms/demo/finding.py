"""How the people of the demo find their way: tags on assets, a field of the company's own, a list that is kept."""

from accounts.models import Site, User
from assets.models import Asset
from csms.demo.telling import Year, happening
from programme.tags import put
from registers.own import OwnField, SavedView

CREWS = ("Own workshop", "Contractor", "Vendor on call")
TAGS = {
    "NORTH": ("emil@demo.example", "Summer shutdown"),
    "SOUTH": ("sven@demo.example", "Spare in store"),
}


def mark(year: Year, who: dict[str, User]) -> None:
    """Declare who maintains an asset, say it for the controllers of two sites, tag some, and keep a list."""
    mara = who["mara@demo.example"]
    with happening(year.soon(), by=mara, reason="Needed for planning work"):
        OwnField.objects.create(
            register="assets", name="maintained_by", label="Maintained by", kind="CHOICE", choices=list(CREWS), help="Who comes when it fails."
        )  # fmt: skip
    for code, (email, word) in TAGS.items():
        by, site = who[email], Site.objects.get(code=code)
        with happening(year.soon(), by=by, reason="Talked over with the workshop"):
            for number, asset in enumerate(Asset.objects.filter(site=site, kind="PLC").order_by("name")[:12]):
                asset.custom = {"maintained_by": CREWS[number % len(CREWS)]}
                asset.save()
                if number % 3 == 0:
                    put(asset, by=by, name=word)
    emil = who["emil@demo.example"]
    with happening(year.soon(), by=emil):
        SavedView.objects.create(
            owner=emil, register="assets", name="For the shutdown", query="tag=Summer+shutdown&columns=name,zone,version,location"
        )  # fmt: skip
