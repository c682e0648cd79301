"""Addresses of the plant model's pages."""

from assets.registers import REGISTERS

app_name = "assets"
urlpatterns = [url for register in REGISTERS for url in register.urls()]
