"""Addresses of the plant model's pages."""

from django.urls import path

from assets import criticality_views, discovery_views, hardening_views, quality_views
from assets.registers import REGISTERS

app_name = "assets"
urlpatterns = [
    path("hardening/", hardening_views.page, name="hardening"),
    path("quality/", quality_views.page, name="quality"),
    path("criticality/", criticality_views.page, name="criticality"),
    path("criticality/level/", criticality_views.level, name="criticality-level"),
    path("discovery-scans/<int:pk>/settle/", discovery_views.settle, name="scan-settle"),
    *(url for register in REGISTERS for url in register.urls()),
]
