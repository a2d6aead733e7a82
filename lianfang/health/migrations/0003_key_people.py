from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("health", "0002_surveys")]

    operations = []
