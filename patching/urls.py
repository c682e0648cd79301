"""Addresses of the pages of advisories and matches."""

from django.urls import path

from patching import views
from patching.registers import REGISTERS

app_name = "patching"
urlpatterns = [
    path("advisory-sources/<int:pk>/poll/", views.poll_now, name="source-poll"),
    path("advisory-sources/<int:pk>/upload/", views.upload, name="source-upload"),
    path("advisories/<int:pk>/revisions/", views.revisions, name="revisions"),
    path("exposure/", views.exposure, name="exposure"),
    path("vex/", views.vex, name="vex"),
    *(url for register in REGISTERS for url in register.urls()),
]
