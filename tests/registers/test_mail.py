"""A letter about a record goes to one person, in their language, with the way there, and only while they may see the record."""

import pytest
from django.conf import settings
from django.core import mail as outbox
from django.utils import timezone

from accounts.grants import close_role
from accounts.models import RoleGrant, Site, User
from assets.models import Asset
from programme import bargaining, judging
from programme.models import Judgement
from programme.remarks import say
from registers import mail
from registers.models import Mail

pytestmark = pytest.mark.django_db
WHY = "There is no safety system\nat this site {by}."


def leave() -> list[str]:
    """Send what waits and return to whom."""
    mail.send_waiting(now=timezone.now())
    return [address for letter in outbox.outbox for address in letter.to]


def test_each_who_may_decide_gets_one_in_their_language_with_the_way_there(
    judgement: Judgement, nils: User, petra: User
) -> None:
    petra.preferences = {"language": "de"}
    petra.save()
    asked = judging.request_not_applicable(judgement, by=nils, justification=WHY)
    (letter,) = Mail.objects.all()
    assert letter.to == [petra.email]
    assert letter.subject == f"Entscheidung erbeten: {asked.title}"
    assert letter.text.splitlines()[0] == f"{nils} bittet um eine Entscheidung (NORTH): {asked.title}"
    assert WHY in letter.text
    assert letter.text.endswith(f"{settings.PUBLIC_URL}{asked.get_absolute_url()}")
    bargaining.ask_back(asked, by=petra, question="Which one?")
    back = Mail.objects.latest("pk")
    assert (back.to, back.subject) == ([nils.email], f"Asked back: {asked.title}")
    assert f"{settings.PUBLIC_URL}{asked.get_absolute_url()}" in back.text
    assert leave() == [petra.email, nils.email]


def test_who_may_not_see_the_record_any_more_when_it_leaves_is_not_told(
    plc: Asset, nils: User, emil: User, north: Site
) -> None:
    say(plc, by=nils, text="@emil@demo.example, please look.")
    for given in RoleGrant.objects.filter(person=emil):
        given.ends_at = timezone.now()
        given.save()
        close_role(given)
    assert leave() == []
    letter = Mail.objects.get()
    assert "does not see the record" in letter.error
    assert leave() == []


def test_who_was_deactivated_meanwhile_is_not_told(plc: Asset, nils: User, emil: User) -> None:
    say(plc, by=nils, text="@emil@demo.example, please look.")
    User.objects.filter(pk=emil.pk).update(is_active=False)
    assert leave() == []
    assert "may not sign in" in Mail.objects.get().error


def test_nobody_is_told_of_what_is_gone(plc: Asset, nils: User, emil: User) -> None:
    say(plc, by=nils, text="@emil@demo.example, please look.")
    plc.delete()
    assert leave() == []


def test_a_name_breaks_no_subject(plc: Asset, nils: User, emil: User) -> None:
    User.objects.filter(pk=nils.pk).update(name="Nils\r\nBcc: all@demo.example\u2028" + "x" * 70)
    nils.refresh_from_db()
    say(plc, by=nils, text="@emil@demo.example <b>look</b>")
    assert leave() == [emil.email]
    (letter,) = outbox.outbox
    assert len(letter.subject.splitlines()) == 1
    assert len(letter.subject) <= 200
    assert (letter.content_subtype, letter.alternatives if hasattr(letter, "alternatives") else []) == ("plain", [])
