"""The drawing of zones and conduits as a file: SVG, PDF, PNG; in the colours of paper, otherwise as the page shows it (N2)."""

import re
from io import BytesIO
from threading import Lock
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from accounts.chosen import site_of
from network.drawings import drawing_of
from reports import pdf
from reports.look import style_of_drawing

TYPES = {"svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf"}
SIZE = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
EDGE = 12  # pixels of white around it
SHARP = 2 / 0.75  # dots for each point of a PDF, which are two for each pixel of the screen
MOST_PIXELS = 24_000_000
PDFIUM = Lock()  # it serves one thread at a time


def as_pdf(svg: str, *, title: str, language: str) -> bytes:
    """Return a drawing as a PDF of one page of its size."""
    weasyprint, size = pdf.renderer(), SIZE.search(svg)
    if size is None:
        raise ValueError("This is no drawing.")
    width, height = (float(side) + 2 * EDGE + 1 for side in size.groups())
    sheet = f"@page {{ size: {width}px {height}px; margin: {EDGE}px }} body {{ margin: 0 }} .dg {{ display: block }}"
    given = {"drawing": mark_safe(svg), "title": title, "language": language}  # noqa: S308 - drawn by us, every text escaped
    document = weasyprint.HTML(
        string=render_to_string("reports/drawing.html", given), base_url="static:/", url_fetcher=pdf.fetcher({})
    )
    made: bytes = document.write_pdf(stylesheets=[weasyprint.CSS(string=sheet)], pdf_variant="pdf/ua-1", pdf_tags=True)
    return made


def as_png(document: bytes) -> bytes:
    """Return the one page of a PDF as PNG: two dots for each pixel of the screen, fewer where it is very large."""
    import pypdfium2  # a large library, loaded when the first picture is asked for

    with PDFIUM, pypdfium2.PdfDocument(document) as opened:
        page = opened[0]
        width, height = page.get_size()
        picture = page.render(scale=min(SHARP, (MOST_PIXELS / (width * height)) ** 0.5)).to_pil()
    made = BytesIO()
    picture.save(made, "PNG")
    return made.getvalue()


@require_GET
def file(request: HttpRequest, kind: str) -> HttpResponse:
    """Send the drawing that the address asks for in the words of its page, or say there why it cannot be made."""
    if kind not in TYPES:
        raise Http404("There is no such kind of file.")
    user: Any = request.user
    site, _sites = site_of(user, request.GET.get("site"))
    drawing = drawing_of(user, site, request.GET)
    svg = drawing.svg(style=style_of_drawing())
    made = svg.encode()
    if kind != "svg":
        try:
            made = as_pdf(svg, title=drawing.title, language=get_language() or "en")
        except pdf.NoRenderer as missing:
            messages.error(request, str(missing))
            return redirect(f"{reverse('network:drawing')}?{request.GET.urlencode()}")
    name = f"zones-{site.code}-{drawing.colour or 'plain'}-{drawing.on.isoformat()}.{kind}"
    return HttpResponse(
        as_png(made) if kind == "png" else made,
        content_type=TYPES[kind],
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"},
    )
