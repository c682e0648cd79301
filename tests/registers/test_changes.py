"""What changed since a follower last looked: nothing that commits late is missed."""

from threading import Event, Thread

import pytest
from django.db import connection, transaction

from accounts.models import Site
from assets.models import Asset
from registers.history.changes import Changes


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("savepoint", [False, True])
def test_what_commits_late_is_told_the_next_time(north: Site, south: Site, savepoint: bool) -> None:
    first = Changes("test")
    first.done()
    written, go_on = Event(), Event()

    def slow() -> None:
        with transaction.atomic():
            Asset.objects.create(site=south, name="first", kind="PLC")
            with transaction.atomic(savepoint=savepoint):
                Asset.objects.create(site=north, name="slow", kind="PLC")
            written.set()
            go_on.wait(10)
        connection.close()

    thread = Thread(target=slow)
    thread.start()
    assert written.wait(10)
    quick = Asset.objects.create(site=south, name="quick", kind="PLC")
    look = Changes("test")
    assert look.ids(Asset) == {quick.pk}
    look.done()
    go_on.set()
    thread.join()
    assert Changes("test").sites(Asset) == {north.pk, south.pk}
    assert Asset.objects.get(name="slow").pk in Changes("test").ids(Asset)
