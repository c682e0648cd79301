"""Addresses of the pages of risk."""

from django.urls import path

from risk import path_views, views
from risk.registers import REGISTERS

app_name = "risk"
urlpatterns = [
    path("heat-map/", views.heat, name="heat-map"),
    path("attack-paths/", path_views.page, name="attack-paths"),
    path("targets/take/", views.take_target, name="take-target"),
    path("risk-assessments/<int:pk>/guide/", views.guide, name="guide"),
    *(url for register in REGISTERS for url in register.urls()),
]
