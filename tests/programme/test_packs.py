"""An evidence pack: every file with its digest, only of one's own sites, whole or not at all (X5)."""

import io
import json
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import Site, User
from assets.models import Asset
from programme import packs
from programme.models import Evidence, Requirement
from programme.proofs import keep, next_of, prove
from registers import jobs
from registers.models import Job
from tests.catalogues import load
from tests.programme.test_evidence import PNG, store

__all__ = ["store"]
HOME = "IEC 62443-2-1:2024"
TODAY = timezone.now().date()


@pytest.fixture
def kept(plc: Asset, emil: User, store: Path) -> list[Evidence]:
    """A photo that supports a requirement, its next revision, and a note that supports nothing."""
    load()
    supports = [Requirement.objects.get(catalogue__edition=HOME, code="CM 1.1")]
    given = {"kind": "RECORD_OF_PRACTICE", "effective_from": TODAY}
    old = prove(plc, by=emil, title="Plate", file=ContentFile(PNG, name='pl"ate.png'), requirements=supports, **given)
    new = next_of(old)
    new.effective_from, new.file = TODAY, ContentFile(b"words", name="plate.txt")
    keep(new, by=emil, requirements=supports)
    return [old, new, prove(plc, by=emil, title="Note", note="Binder 3", **given)]


def unpacked(browser: Any, job: Job) -> zipfile.ZipFile:
    """Do the job and take its pack away."""
    assert jobs.run(job.pk) == "DONE", Job.objects.get(pk=job.pk).errors
    answer = browser.get(Job.objects.get(pk=job.pk).result)
    assert answer["X-Content-Type-Options"] == "nosniff"
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


@pytest.mark.django_db
class TestPack:
    def test_sha256sum_confirms_every_file(
        self, kept: list[Evidence], north: Site, ada: User, rest: Callable[..., Any], tmp_path: Path
    ) -> None:
        pack = unpacked(rest(ada), packs.ask(ada, north, ""))
        pack.extractall(tmp_path / "out")
        done = subprocess.run(
            ["sha256sum", "-c", "--strict", packs.SUMS], cwd=tmp_path / "out", capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.count(b": OK") == 3
        listed = json.loads(pack.read(packs.INDEX))["evidence"]
        assert [row["title"] for row in listed] == ["Plate", "Plate", "Note"]
        assert (listed[0]["superseded_by"], listed[1]["supersedes"]) == (str(kept[1].pk), str(kept[0].pk))
        assert listed[0]["requirements"] == [f"{HOME} CM 1.1"]
        assert pack.read(listed[0]["file"]) == PNG

    def test_of_one_catalogue(self, kept: list[Evidence], north: Site, ada: User, rest: Callable[..., Any]) -> None:
        pack = unpacked(rest(ada), packs.ask(ada, north, HOME))
        assert len(json.loads(pack.read(packs.INDEX))["evidence"]) == 2

    @pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_bytes(b"else")])
    def test_a_damaged_file_fails_the_pack_by_name(
        self, damage: Callable[[Path], Any], kept: list[Evidence], north: Site, ada: User, store: Path
    ) -> None:
        damage(store / str(kept[0].file.name))
        job = packs.ask(ada, north, "")
        assert jobs.run(job.pk) == "FAILED"
        assert "'Plate'" in Job.objects.get(pk=job.pk).errors[0]["message"]
        assert list((store / packs.FOLDER).iterdir()) == []

    def test_a_program_asks_for_one(
        self, kept: list[Evidence], north: Site, ada: User, rest: Callable[..., Any]
    ) -> None:
        answer = rest(ada).send("post", "evidence/packs/", {"site": str(north.pk), "catalogue": HOME})
        assert answer.status_code == 202, answer.json()
        assert unpacked(rest(ada), Job.objects.get(pk=answer.json()["id"])).testzip() is None

    def test_the_pack_of_another_is_not_there(
        self, kept: list[Evidence], north: Site, ada: User, nils: User, sven: User, rest: Callable[..., Any]
    ) -> None:
        job = packs.ask(ada, north, "")
        jobs.run(job.pk)
        for person in (nils, sven):
            assert rest(person).send("get", f"evidence/packs/{job.pk}/").status_code == 404
        assert rest(sven).send("post", "evidence/packs/", {"site": str(north.pk)}).status_code == 400

    def test_by_page(
        self, kept: list[Evidence], north: Site, ada: User, sven: User, signed_in: Callable[[User], Any]
    ) -> None:
        assert signed_in(ada).post("/programme/packs/", {"site": north.pk, "catalogue": HOME}).status_code == 302
        assert signed_in(sven).post("/programme/packs/", {"site": north.pk, "catalogue": HOME}).status_code == 404
