"""Addresses of the pages of network."""

from network.registers import REGISTERS

app_name = "network"
urlpatterns = [url for register in REGISTERS for url in register.urls()]
