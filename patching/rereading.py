"""Reads kept documents anew once a release of the portal reads more of them: nobody waits for their publishers."""

from contextlib import suppress

from patching.models import AdvisoryState
from patching.rules.advisories import advisory as named_products
from patching.rules.csaf import read
from patching.rules.nodes import Malformed
from patching.rules.versions import PARSER_VERSION


def read_anew() -> int:
    """Read each advisory's newest state that an older parser read; return how many. What it refuses today stays as read then."""
    newest = AdvisoryState.objects.order_by("advisory_id", "-pk").distinct("advisory_id").values("pk")
    older = AdvisoryState.objects.filter(pk__in=newest, parser__lt=PARSER_VERSION)
    keys = list(older.values_list("pk", flat=True))
    for key in keys:
        state = older.get(pk=key)
        with suppress(Malformed):
            state.products = [product.to_json() for product in named_products(read(state.document)).products]
        state.parser = PARSER_VERSION
        state.save(update_fields=["products", "parser"])
    return len(keys)
