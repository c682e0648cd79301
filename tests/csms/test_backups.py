"""A backup is whole or it is not there; a damaged or unwanted one restores nothing."""

import json
from pathlib import Path

import pytest
from django.utils import timezone

from assets.models import Asset
from csms.backups import MANIFEST, NotDone, read_back, write


@pytest.mark.django_db(transaction=True)
class TestBackup:
    def test_it_holds_the_database_the_files_and_their_digests(self, plc: Asset, tmp_path: Path) -> None:
        manifest = write(tmp_path / "backup", now=timezone.now())
        assert "database.dump" in manifest["digests"]
        assert manifest["seal"]
        assert json.loads((tmp_path / "backup" / MANIFEST).read_text()) == manifest
        assert [path.name for path in tmp_path.iterdir()] == ["backup"]

    def test_it_never_overwrites(self, plc: Asset, tmp_path: Path) -> None:
        (tmp_path / "something").write_text("mine")
        with pytest.raises(NotDone, match="not empty"):
            write(tmp_path, now=timezone.now())

    def test_a_damaged_one_is_refused(self, plc: Asset, tmp_path: Path) -> None:
        write(tmp_path / "backup", now=timezone.now())
        (tmp_path / "backup" / "database.dump").write_bytes(b"cut")
        with pytest.raises(NotDone, match=r"database\.dump"):
            read_back(tmp_path / "backup")

    def test_a_portal_in_use_is_left_alone(self, plc: Asset, tmp_path: Path) -> None:
        write(tmp_path / "backup", now=timezone.now())
        with pytest.raises(NotDone, match="not empty"):
            read_back(tmp_path / "backup")
        assert Asset.objects.filter(pk=plc.pk).exists()
