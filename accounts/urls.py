"""Addresses of sites, people, and one's own settings."""

from django.urls import path

from accounts import oidc, signing_out, views
from accounts.registers import REGISTERS

app_name = "accounts"
urlpatterns = [
    path("sessions/", views.sessions, name="sessions"),
    path("tokens/", views.tokens, name="tokens"),
    path("people/invite/", views.invite, name="invite"),
    path("invitation/<str:key>/", views.invitation, name="invitation"),
    path("go-on/<str:key>/", views.go_on, name="go-on"),
    path("email/", views.own_email, name="email"),
    path("oidc/<str:provider_id>/login/", oidc.login, name="oidc-login"),
    path("oidc/<str:provider_id>/login/callback/", oidc.callback, name="oidc-callback"),
    path("oidc/<str:provider_id>/logout/", signing_out.signed_out, name="oidc-logout"),
    path("oidc/<str:provider_id>/again/", oidc.again, name="oidc-again"),
    path("matrix/", views.matrix, name="matrix"),
    *(url for register in REGISTERS for url in register.urls()),
]
