"""Addresses of the pages of advisories and matches."""

from patching.registers import REGISTERS

app_name = "patching"
urlpatterns = [url for register in REGISTERS for url in register.urls()]
