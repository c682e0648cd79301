"""Addresses of the pages about reports."""

from django.urls import path
from django.views.generic import RedirectView

from assets.registers import ASSETS
from reports import drawing, views
from reports.labels import LabelSheet
from reports.registers import REGISTERS

app_name = "reports"
urlpatterns = [
    path("", RedirectView.as_view(url="/reports/reports/"), name="home"),
    path("conformity/", views.conformity_page, name="conformity"),
    path("make/", views.ask, name="ask"),
    path("drawing/<slug:kind>/", drawing.file, name="drawing"),
    path("labels/", LabelSheet.as_view(register=ASSETS), name="labels"),
    path("verify/", views.verify, name="verify"),
    path("reports/<int:pk>/download/", views.download, name="download"),
    *(url for register in REGISTERS for url in register.urls()),
]
