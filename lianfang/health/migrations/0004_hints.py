from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("health", "0003_key_people")]

    operations = []
