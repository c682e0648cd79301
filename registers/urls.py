"""Addresses of jobs and imports."""

from django.urls import path

from registers.views import jobs

app_name = "registers"
urlpatterns = [
    path("jobs/", jobs.mine, name="jobs"),
    path("jobs/<int:pk>/", jobs.job, name="job"),
    path("jobs/<int:pk>/import/", jobs.commit, name="import-commit"),
    path("jobs/<int:pk>/errors/", jobs.errors, name="import-errors"),
    path("import/<slug:name>/", jobs.take, name="import"),
]
