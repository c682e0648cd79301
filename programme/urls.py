"""Addresses of the programme's pages."""

from django.urls import path

from programme import views
from programme.registers import REGISTERS

app_name = "programme"
urlpatterns = [
    path("comment/<slug:register>/<int:pk>/", views.comment, name="comment"),
    path("tag/<slug:register>/<int:pk>/", views.tag, name="tag"),
    path("untag/<int:pk>/", views.untag, name="untag"),
    path("prove/<slug:register>/<int:pk>/", views.prove_record, name="prove"),
    path("evidence/<int:pk>/supersede/", views.supersede_evidence, name="supersede"),
    path("packs/", views.ask_for_pack, name="pack"),
    path("evidence/<int:pk>/file/", views.evidence_file, name="evidence-file"),
    *(url for register in REGISTERS for url in register.urls()),
]
