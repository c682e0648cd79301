"""Every address of the portal."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from accounts.views import preferences
from csms import errors, health, home, inbox, metrics, search, security, work_api, work_calendar
from csms.catalog import REGISTERS
from registers.api.jobs import ImportsView, JobsView, JobView
from registers.api.routing import RecordRouter
from reports.api import ConformityView, SelfChecksView
from reports.views import self_checks

router = RecordRouter()
for register in REGISTERS:
    router.register(register.name, register.viewset_class, basename=register.name)

urlpatterns = [
    path("", home.dashboard, name="home"),
    path("styleguide/", home.styleguide, name="styleguide"),
    path("my-work/", inbox.my_work, name="my-work"),
    path("my-work/calendar/", inbox.calendar_address, name="calendar-address"),
    path("my-work/calendar/<str:secret>.ics", work_calendar.calendar, name="calendar"),
    path("my-work/notices/<int:pk>/", inbox.notice, name="notice"),
    path("my-work/<str:key>/snooze/", inbox.snooze, name="snooze"),
    path("api/v1/my-work/", work_api.MyWorkView.as_view(), name="api-my-work"),
    path("api/v1/my-work/<str:key>/snooze/", work_api.SnoozeView.as_view(), name="api-snooze"),
    path("api/v1/my-work/<str:key>/wake/", work_api.WakeView.as_view(), name="api-wake"),
    path("search/", search.page, name="search"),
    path("api/v1/search/", search.SearchView.as_view(), name="api-search"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path(".well-known/security.txt", security.contact, name="security-contact"),
    path("accounts/", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("assets/", include("assets.urls")),
    path("patching/", include("patching.urls")),
    path("network/", include("network.urls")),
    path("policies/", include("policies.urls")),
    path("risk/", include("risk.urls")),
    path("scope/", include("scope.urls")),
    path("programme/", include("programme.urls")),
    path("reports/", include("reports.urls")),
    path("", include("registers.urls")),
    path("preferences/", preferences, name="preferences"),
    path("api/v1/jobs/", JobsView.as_view(), name="api-jobs"),
    path("api/v1/jobs/<str:pk>/", JobView.as_view(), name="api-job"),
    path("api/v1/imports/", ImportsView.as_view(), name="api-imports"),
    path("self-checks/", self_checks, name="self-checks"),
    path("api/v1/self-checks/", SelfChecksView.as_view(), name="api-self-checks"),
    path("api/v1/conformity/", ConformityView.as_view(), name="conformity"),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/v1/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
    path("api/v1/", include((router.urls, "api"))),
]

handler400, handler403, handler404, handler500 = (
    errors.bad_request, errors.permission_denied, errors.not_found, errors.server_error,
)  # fmt: skip
