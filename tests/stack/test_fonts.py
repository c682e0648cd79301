"""Reports are drawn with the fonts that come with the portal, whatever the machine has."""

import io
import os
import subprocess
import sys

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from stack.doctor import missing_packages
from stack.places import ROOT

PAGE = "<p>Grün <b>fett</b> <code>10.0.0.1</code></p><p style='font-family: Inter'>Inter</p><p style='font-family: serif'>serif</p>"
DRAW = f"import sys, weasyprint; sys.stdout.buffer.write(weasyprint.HTML(string={PAGE!r}).write_pdf())"


@pytest.mark.skipif(
    bool(missing_packages(["pdf"])), reason="the libraries for PDF reports are missing; ./portal doctor"
)
def test_no_font_of_the_machine_gets_into_a_report() -> None:
    env = os.environ | {"FONTCONFIG_FILE": str(ROOT / "csms" / "fonts.conf")}
    drawn = subprocess.run([sys.executable, "-c", DRAW], env=env, capture_output=True, check=True).stdout
    resources = PdfReader(io.BytesIO(drawn)).pages[0]["/Resources"]
    assert isinstance(resources, DictionaryObject)
    fonts = {str(font.get_object()["/BaseFont"]).partition("+")[2] for font in resources["/Font"].values()}
    assert fonts == {"DejaVu-Sans", "DejaVu-Sans-Bold", "DejaVu-Sans-Mono"}
