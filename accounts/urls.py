"""Addresses of sites and people."""

from accounts.registers import REGISTERS

app_name = "accounts"
urlpatterns = [url for register in REGISTERS for url in register.urls()]
