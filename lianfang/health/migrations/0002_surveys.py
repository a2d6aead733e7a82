from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("health", "0001_start")]

    operations = []
