"""Addresses of the plant model's pages."""

from django.urls import path

from assets import criticality_views, discovery_views, floor_views, hardening_views, merging_views, quality_views
from assets.registers import REGISTERS

app_name = "assets"
urlpatterns = [
    path("hardening/", hardening_views.page, name="hardening"),
    path("quality/", quality_views.page, name="quality"),
    path("merge/", merging_views.page, name="merge"),
    path("merge/apart/", merging_views.apart, name="told-apart"),
    path("walk-downs/<int:pk>/walk/", floor_views.walk, name="walk"),
    path("criticality/", criticality_views.page, name="criticality"),
    path("criticality/level/", criticality_views.level, name="criticality-level"),
    path("discovery-scans/<int:pk>/settle/", discovery_views.settle, name="scan-settle"),
    *(url for register in REGISTERS for url in register.urls()),
]
