"""Addresses of the pages of advisories and matches."""

from django.urls import path

from assets.registers import ASSETS
from patching import asset_views, calendar_views, plan_views, views
from patching.registers import REGISTERS

app_name = "patching"
urlpatterns = [
    path("advisory-sources/<int:pk>/poll/", views.poll_now, name="source-poll"),
    path("advisory-sources/<int:pk>/upload/", views.upload, name="source-upload"),
    path("advisories/<int:pk>/revisions/", views.revisions, name="revisions"),
    path("exposure/", views.exposure, name="exposure"),
    path("vex/", views.vex, name="vex"),
    path("plan/", plan_views.plan, name="plan"),
    path("plan/patches/", asset_views.PlanPatches.as_view(register=ASSETS), name="plan-patches"),
    path("plan/move/", plan_views.move, name="plan-move"),
    path("plan/propose/", plan_views.propose, name="plan-propose"),
    path("plan/accept/", plan_views.accept, name="plan-accept"),
    path("plan/calendar/", calendar_views.calendar_address, name="plan-calendar"),
    path("calendar/<str:secret>.ics", calendar_views.calendar, name="calendar"),
    *(url for register in REGISTERS for url in register.urls()),
]
