"""After a test that committed the next one finds what the migrations left, and nothing else."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import TransactionTestCase

from assets.models import Asset


@pytest.mark.django_db(transaction=True)
def test_nothing_written_is_left_and_what_the_migrations_made_is(plc: Asset) -> None:
    made = [set(model.objects.values_list("pk", flat=True)) for model in (ContentType, Permission)]
    Asset.objects.filter(pk=plc.pk).update(version="V2.9.7")
    TransactionTestCase()._fixture_teardown()
    tables = connection.introspection.table_names()
    models = [one for one in apps.get_models(include_auto_created=True) if one._meta.db_table in tables]
    assert {one for one in models if one._base_manager.exists()} == {ContentType, Permission}
    assert [set(model.objects.values_list("pk", flat=True)) for model in (ContentType, Permission)] == made
    assert all(made)
