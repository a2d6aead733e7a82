from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_start")]

    operations = [migrations.AddField("emergency", "proved", models.BooleanField(default=True))]
