"""Whether two writings of a vendor mean one company, by the table of aliases that counts now."""

from patching.models import VendorAlias
from patching.rules.vendors import all_aliases, names, same


class Vendors:
    """Compares vendors as the matcher does; the table is read once."""

    def __init__(self) -> None:
        self.aliases = all_aliases(dict(VendorAlias.objects.values_list("written", "means")))

    def same(self, one: str, other: str) -> bool:
        """Tell whether both are the same company: "Schneider" and "Schneider Electric" are."""
        return one == other or same(names(one, self.aliases), names(other, self.aliases))
