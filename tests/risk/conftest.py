"""A plant with risks: the methodology in force, a zone with a risk."""

import pytest

from assets.models import Zone
from risk.models import Risk, RiskMethodology
from risk.reference import load
from tests.catalogues import load as load_catalogues


@pytest.fixture
def method(db: None) -> RiskMethodology:
    """The methodology a new portal starts with, and who decides what."""
    load_catalogues()
    load()
    return RiskMethodology.objects.get()


@pytest.fixture
def risk(method: RiskMethodology, pumping: Zone) -> Risk:
    """A high risk of the pumping station."""
    return Risk.objects.create(
        site=pumping.site,
        title="Pumps stopped",
        zone=pumping,
        likelihood=3,
        impacts={"production": 4, "safety": 2},
        owner="Head of works",
    )
