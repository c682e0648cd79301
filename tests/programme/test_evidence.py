"""Evidence: only inactive files, told by their content, never served as a page, seen only at their site (X5)."""

import hashlib
import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.models import Site, User
from programme.files import LARGEST, check
from programme.models import Evidence, Requirement
from tests.catalogues import load


def picture(kind: str = "PNG", **more: Any) -> bytes:
    """Draw a small picture, with what is told to stand beside it."""
    file = io.BytesIO()
    Image.new("RGB", (8, 6), "teal").save(file, kind, **more)
    return file.getvalue()


def office(*names: str, types: bool = True, each: str = "x") -> bytes:
    """Pack an Office document that holds these parts, each of the same content."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as document:
        for name in (("[Content_Types].xml",) if types else ()) + names:
            document.writestr(name, each)
    return file.getvalue()


PNG = picture()
HOSTILE = [
    ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
    ("page.html", b"<script>alert(1)</script>"),
    ("page.pdf", b"<script>alert(1)</script>"),
    ("photo.png", b"<svg onload='alert(1)'/>"),
    ("photo.png.html", PNG),
    ("tool.exe", b"MZ" + bytes(20)),
    ("note.txt", b"MZ\x00\x01"),
    ("noending", b"words"),
    ("empty.txt", b""),
    ("torn.png", PNG[:-20]),
    ("changed.png", PNG[:45] + b"X" + PNG[46:]),
    ("torn.jpg", picture("JPEG")[:-30]),
    ("sheet.xlsx", b"PK\x03\x04" + bytes(30)),
    ("macro.docx", office("word/vbaProject.bin")),
    ("archive.docx", office("x", types=False)),
    ("bomb.docx", office("word/document.xml", each="x" * 10_000_000)),
    ("many.xlsx", office(*[f"xl/{number}" for number in range(2_001)])),
    ("out.docx", office("word/../../../evil")),
    ("out.xlsx", office("..\\..\\evil")),
    ("root.docx", office("/etc/evil")),
]


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> Path:
    """Keep files of tests out of the portal's own store."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def drawing(north: Site) -> Evidence:
    """A drawing kept as evidence at NORTH."""
    found = Evidence(
        site=north, title="Network drawing", kind="WRITTEN_PROCEDURE", effective_from=date(2026, 1, 1),
        file=SimpleUploadedFile("../../Zeichnung Ü\r\nX: 1.png", PNG),
    )  # fmt: skip
    found.full_clean()
    found.save()
    return found


def send(program: Any, site: Site, name: str, content: bytes, **more: Any) -> Any:
    """Upload a file as evidence over REST."""
    given = {
        "site": str(site.pk),
        "title": "Proof",
        "kind": "RECORD_OF_PRACTICE",
        "effective_from": "2026-01-01",
        **more,
    }
    return program.post("/api/v1/evidence/", {**given, "file": SimpleUploadedFile(name, content)})


@pytest.mark.parametrize(("name", "content"), HOSTILE)
def test_a_file_that_is_not_inactive_is_refused_with_the_remedy(name: str, content: bytes) -> None:
    told = check(io.BytesIO(content), name)
    assert told.refused.endswith(".")
    assert told.sha256 == ""


def test_a_file_over_the_limit_is_refused_before_it_is_kept() -> None:
    assert "50 MB" in check(io.BytesIO(PNG + bytes(LARGEST)), "photo.png").refused


def test_the_folder_of_the_sender_is_forgotten() -> None:
    assert check(io.BytesIO(PNG), r"C:\Users\emil\..\plan.png").name == "plan.png"


@pytest.mark.django_db
class TestRest:
    def test_a_program_uploads_and_reads_the_same_bytes(
        self, north: Site, mara: User, rest: Callable[..., Any]
    ) -> None:
        load()
        supports = Requirement.objects.get(catalogue__edition="IEC 62443-2-1:2024", code="CM 1.2")
        made = send(rest(mara), north, "plan.png", PNG, requirements=[str(supports.pk)])
        assert made.status_code == 201, made.json()
        body = made.json()
        assert (body["sha256"], body["size"], body["media_type"]) == (
            hashlib.sha256(PNG).hexdigest(),
            len(PNG),
            "image/png",
        )
        assert body["requirements"] == [str(supports.pk)]
        answer = rest(mara).get(f"/api/v1/evidence/{body['id']}/content/")
        assert b"".join(answer.streaming_content) == PNG

    @pytest.mark.parametrize(("name", "content"), HOSTILE)
    def test_a_hostile_file_leaves_nothing(
        self, name: str, content: bytes, north: Site, mara: User, rest: Callable[..., Any], store: Path
    ) -> None:
        answer = send(rest(mara), north, name, content)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/file")
        assert not Evidence.objects.exists()
        assert [one for one in store.rglob("*") if one.is_file()] == []

    def test_nobody_uploads_to_a_plant_that_is_not_theirs(
        self, south: Site, nils: User, rest: Callable[..., Any], store: Path
    ) -> None:
        assert send(rest(nils), south, "plan.png", PNG).status_code == 400
        assert not Evidence.objects.exists()


@pytest.mark.django_db
class TestFile:
    def test_it_is_kept_under_a_name_of_our_own(self, drawing: Evidence, store: Path) -> None:
        (kept,) = [one for one in store.rglob("*") if one.is_file()]
        assert kept.parent == store / "evidence"
        assert "Zeichnung" not in kept.name

    def test_it_is_an_attachment_that_no_browser_opens(
        self, drawing: Evidence, ada: User, signed_in: Callable[[User], Any]
    ) -> None:
        answer = signed_in(ada).get(f"/programme/evidence/{drawing.pk}/file/")
        assert answer.status_code == 200
        assert answer["Content-Disposition"].startswith("attachment; filename")
        assert "\n" not in answer["Content-Disposition"]
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]

    def test_another_plant_finds_no_file(
        self, drawing: Evidence, sven: User, signed_in: Callable[[User], Any], rest: Callable[..., Any]
    ) -> None:
        assert signed_in(sven).get(f"/programme/evidence/{drawing.pk}/file/").status_code == 404
        assert rest(sven).send("get", f"evidence/{drawing.pk}/content/").status_code == 404

    def test_a_file_that_is_gone_is_said_to_be(
        self, drawing: Evidence, ada: User, signed_in: Callable[[User], Any], rest: Callable[..., Any]
    ) -> None:
        drawing.file.storage.delete(str(drawing.file.name))
        page = signed_in(ada).get(f"/programme/evidence/{drawing.pk}/file/", follow=True)
        assert page.redirect_chain == [(drawing.get_absolute_url(), 302)]
        assert "gone from the store" in page.content.decode()
        answer = rest(ada).send("get", f"evidence/{drawing.pk}/content/")
        assert (answer.status_code, "backup" in answer.json()["detail"]) == (404, True)

    def test_its_page_leads_to_the_file(self, drawing: Evidence, ada: User, signed_in: Callable[[User], Any]) -> None:
        page = signed_in(ada).get(drawing.get_absolute_url()).content.decode()
        assert f'href="/programme/evidence/{drawing.pk}/file/"' in page
        assert drawing.sha256 in page
