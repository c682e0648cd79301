"""Addresses of the pages of scope."""

from scope.registers import REGISTERS

app_name = "scope"
urlpatterns = [url for register in REGISTERS for url in register.urls()]
