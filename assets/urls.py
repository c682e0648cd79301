"""Addresses of the plant model's pages."""

from django.urls import path

from assets import (
    criticality_views,
    discovery_views,
    floor_views,
    hardening_views,
    merging_views,
    quality_views,
    round_views,
)
from assets.floor_registers import WALKDOWNS
from assets.merging import merge
from assets.registers import ASSETS, REGISTERS

app_name = "assets"
urlpatterns = [
    path("hardening/", hardening_views.page, name="hardening"),
    path("quality/", quality_views.page, name="quality"),
    path("quality/apart/", merging_views.apart, name="told-apart"),
    path(
        "assets/<int:pk>/merge/",
        merging_views.AssetMerge.as_view(register=ASSETS, transition=merge, verb="merge"),
        name="assets-merge",
    ),
    path("walk-downs/<int:pk>/walk/", floor_views.Walk.as_view(register=WALKDOWNS), name="walk"),
    path("walk-downs/ask/", round_views.AskRound.as_view(register=ASSETS), name="ask-round"),
    path("criticality/", criticality_views.page, name="criticality"),
    path("criticality/level/", criticality_views.level, name="criticality-level"),
    path("discovery-scans/<int:pk>/settle/", discovery_views.settle, name="scan-settle"),
    *(url for register in REGISTERS for url in register.urls()),
]
