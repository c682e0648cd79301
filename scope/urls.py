"""Addresses of the pages of scope."""

from django.urls import path

from scope import views
from scope.registers import REGISTERS

app_name = "scope"
urlpatterns = [
    path("coverage/", views.coverage, name="coverage"),
    *(url for register in REGISTERS for url in register.urls()),
]
