"""Addresses of the pages of policies."""

from policies.registers import REGISTERS

app_name = "policies"
urlpatterns = [url for register in REGISTERS for url in register.urls()]
