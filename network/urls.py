"""Addresses of the pages of network."""

from django.urls import path

from network import drawing_views, level_views
from network.registers import REGISTERS

app_name = "network"
urlpatterns = [
    path("drawing/", drawing_views.page, name="drawing"),
    path("drawing/move/", drawing_views.move, name="move"),
    path("drawing/tidy/", drawing_views.tidy, name="tidy"),
    path("security-levels/", level_views.page, name="security-levels"),
    path("security-levels/answer/", level_views.answer, name="answer"),
    path("security-levels/take-over/", level_views.take_over, name="take-over"),
    *(url for register in REGISTERS for url in register.urls()),
]
