"""Addresses of jobs, imports, columns, and what a person keeps."""

from django.urls import include, path

from registers.registers import REGISTERS
from registers.views import choices, columns, jobs

app_name = "registers"
urlpatterns = [
    path("jobs/", jobs.mine, name="jobs"),
    path("jobs/<int:pk>/", jobs.job, name="job"),
    path("jobs/<int:pk>/import/", jobs.commit, name="import-commit"),
    path("jobs/<int:pk>/errors/", jobs.errors, name="import-errors"),
    path("import/<slug:name>/", jobs.take, name="import"),
    path("choices/<slug:name>/", choices.choices, name="choices"),
    path("columns/<slug:name>/", columns.keep, name="columns"),
    path("registers/", include([url for register in REGISTERS for url in register.urls()])),
]
