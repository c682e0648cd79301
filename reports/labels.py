"""Labels for the floor: a sheet of QR codes, each of which leads to the page of one asset (A7)."""

from collections.abc import Iterable

import qrcode
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language, gettext
from qrcode.constants import ERROR_CORRECT_M
from qrcode.image.svg import SvgPathImage

from assets.models import Asset
from registers.views import RecordBulk
from reports import pdf

A_SHEET, MOST = 24, 480


def code(address: str) -> bytes:
    """Return an address as a QR code in SVG; a sixth of it may be dirt or scratches."""
    drawn = qrcode.make(address, image_factory=SvgPathImage, error_correction=ERROR_CORRECT_M, border=4)
    return bytes(drawn.to_string())


def pictures(assets: Iterable[Asset], *, address: str) -> dict[str, tuple[str, bytes]]:
    """Return the code of each asset's page as a picture, by the asset's id."""
    return {str(one.pk): ("image/svg+xml", code(address + one.get_absolute_url())) for one in assets}


def sheet(assets: Iterable[Asset], *, address: str, language: str) -> bytes:
    """Return an A4 PDF of labels, 70 x 37 mm, three by eight on a sheet; `address` is where the portal is reached."""
    weasyprint = pdf.renderer()
    labels = list(assets)
    sheets = [labels[start : start + A_SHEET] for start in range(0, len(labels), A_SHEET)]
    page = render_to_string("reports/labels.html", {"sheets": sheets, "language": language})
    document = weasyprint.HTML(
        string=page, base_url="static:/", url_fetcher=pdf.fetcher(pictures(labels, address=address))
    )
    made: bytes = document.write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True)
    return made


class LabelSheet(RecordBulk):
    """Sends the labels of the assets that are ticked in the list, or of all that its filter lets through."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Print them in the order of their names, or say why not."""
        chosen = self.chosen().select_related("site", "zone").order_by("name", "pk")
        count = chosen.count()
        refused = self.refusal(count)
        made = b""
        if not refused:
            try:
                made = sheet(chosen, address=settings.PUBLIC_URL, language=get_language() or "en")
            except pdf.NoRenderer as missing:
                refused = str(missing)
        if refused:
            messages.error(request, refused)
            return redirect(f"{self.link('list')}?{request.POST.get('query', '')}")
        name = f"asset-labels-{timezone.localdate().isoformat()}.pdf"
        return HttpResponse(
            made,
            content_type="application/pdf",
            headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"},
        )

    def refusal(self, count: int) -> str:
        """Say why this many labels are not printed, or nothing."""
        if not count:
            return gettext("Tick the assets first.")
        if count > MOST:
            return gettext("{count} labels are too many for one file. Choose at most {most}.").format(
                count=count, most=MOST
            )
        return ""
