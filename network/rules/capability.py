"""What the components of a zone are capable of: the lowest of what their certificates say (SL-C of IEC 62443-3-3)."""

from collections.abc import Iterable
from dataclasses import dataclass

Vector = tuple[int, ...]


@dataclass(frozen=True)
class Certified:
    """Which products a certificate covers, and the level that it names for FR 1 to FR 7; empty texts cover any."""

    vendor: str
    product: str
    model_number: str
    levels: Vector

    def covers(self, vendor: str, product: str, model_number: str) -> bool:
        """Tell whether it is of this product: the vendor is the same, product and order number begin alike."""
        return (
            vendor.casefold() == self.vendor.casefold()
            and product.casefold().startswith(self.product.casefold())
            and model_number.casefold().startswith(self.model_number.casefold())
        )


@dataclass(frozen=True)
class Capability:
    """The lowest certified level of each FR, None where nothing is certified, and how many of the components are."""

    levels: Vector | None
    certified: int
    of: int


def capability(components: Iterable[tuple[str, str, str]], certificates: Iterable[Certified]) -> Capability:
    """Return what components (vendor, product, order number) are capable of; of several certificates the best counts for one.

    A component without a certificate says nothing: it is counted, and does not lower the levels.
    """
    known, best, count = list(certificates), [], 0
    for component in components:
        count += 1
        found = [one.levels for one in known if one.covers(*component)]
        if found:
            best.append(tuple(max(levels) for levels in zip(*found, strict=True)))
    lowest = tuple(min(levels) for levels in zip(*best, strict=True)) if best else None
    return Capability(lowest, len(best), count)
