"""The list page against a bare Django page of the same rows, and the report against bare WeasyPrint."""

import io
from collections.abc import Iterator
from typing import Any

import weasyprint
from django.core.management import call_command
from django.core.paginator import Paginator
from django.template import engines
from django.test import Client
from django.utils import timezone

from accounts.models import Organisation, Role, Site, User
from assets.models import Asset
from bench.rest import FIELDS, program
from bench.rows import Row, pair
from reports import building, pdf
from reports.canonical import canonical, digest
from reports.pages import context
from reports.requirements import catalogue_choices

BARE = """<!doctype html><title>Assets</title><p>{{ page.paginator.count }}</p><table>
{% for row in page %}<tr>{% for name, value in row.items %}<td>{{ value }}</td>{% endfor %}</tr>{% endfor %}</table>"""


def run() -> Iterator[Row]:
    """Yield the rows; needs the scaled plant."""
    program(Role.MANAGER, Organisation.objects.get(), "reader")
    reader = User.objects.get(email="reader@bench.example")
    person = Client()
    person.force_login(reader)
    template: Any = engines["django"].from_string(BARE)

    def bare() -> str:
        rows = (
            Asset.objects.order_by("name", "id")
            .select_related("site", "zone")
            .values(*FIELDS, "site__name", "zone__name")
        )
        return str(template.render({"page": Paginator(rows, 50).page(1)}))

    answer = person.get("/assets/assets/")
    if answer.status_code != 200:
        raise RuntimeError(f"{answer.status_code}: {answer.content[:300]!r}")
    ours, theirs = pair(lambda: person.get("/assets/assets/"), bare)
    yield Row("page: list, 50 rows", ours / theirs, "x bare page", 4)
    yield Row("page: list, size", len(answer.content) / 1000, "kB", 100)
    yield _report(reader)


def _report(reader: User) -> Row:
    call_command("load_reference", verbosity=0, stdout=io.StringIO())
    now, site = timezone.now(), Site.objects.order_by("pk")[0]
    report = building.build(reader, site, "compliance", catalogue_choices()[0][0], as_of=now, now=now)
    page = pdf.written(
        report,
        context(report, digest=digest(canonical(report)), data_name=pdf.DATA_NAME, register_name=pdf.REGISTER_NAME),
    )

    def bare() -> None:
        weasyprint.HTML(string=page, base_url="static:/", url_fetcher=pdf.fetcher({})).write_pdf()

    ours, theirs = pair(lambda: pdf.render(report), bare, 3)
    return Row(f"PDF: a report of {len(report.assets):,} assets", ours / theirs, "x WeasyPrint", 1.15)
