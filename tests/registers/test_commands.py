"""`show_registers` names everything that a declaration gives."""

from io import StringIO

from django.core.management import call_command

from csms.catalog import REGISTERS


def shown(*names: str) -> str:
    out = StringIO()
    call_command("show_registers", *names, stdout=out)
    return out.getvalue()


def test_every_register_is_there_with_its_address() -> None:
    text = shown()
    for register in REGISTERS:
        assert f"{register.name}: " in text
        assert f"/api/v1/{register.name}/" in text


def test_one_register_is_shown_with_pages_endpoints_verbs_and_transitions() -> None:
    lines = shown("decisions").splitlines()
    assert lines[0] == "decisions: Decisions (programme.Decision, reach SITE)"
    assert "  verbs        change, view" in lines
    assert "  page         /programme/decisions/<int:pk>/approve/  RecordTransition" in lines
    assert "  endpoint     /api/v1/decisions/<id>/approve/  POST" in lines
    assert "  endpoint     /api/v1/decisions/  GET, PATCH" in lines
    assert "  transition   approve: REQUESTED > APPROVED" in lines
