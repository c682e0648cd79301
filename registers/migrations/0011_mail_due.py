"""A letter that the mail server refuses is tried again later, each time after twice as long."""

from django.db import migrations, models

from registers.models import Now


class Migration(migrations.Migration):

    dependencies = [("registers", "0010_letters_about_records")]

    operations = [
        migrations.AddField(model_name="mail", name="due_at", field=models.DateTimeField(db_default=Now())),
    ]
