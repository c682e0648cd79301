"""Addresses of the plant model's pages."""

from django.urls import path

from assets import views
from assets.registers import REGISTERS

app_name = "assets"
urlpatterns = [
    path("drawing/", views.drawing, name="drawing"),
    *(url for register in REGISTERS for url in register.urls()),
]
