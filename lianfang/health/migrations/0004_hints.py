import django.db.models.deletion
import lianfang.core.fields
import lianfang.core.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("health", "0003_key_people"), ("orgs", "0004_groups")]

    operations = [
        migrations.CreateModel(
            name="Hint",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianfang.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("on", models.DateField()),
                ("kind", models.CharField(max_length=12)),
                ("basis", models.JSONField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "To be looked at"),
                            ("called_back", "Families were called"),
                            ("explained", "Has an ordinary reason"),
                            ("confirmed", "Was not as reported"),
                        ],
                        default="open",
                        max_length=12,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("looked_at", models.DateTimeField(null=True)),
                ("by_id", models.BigIntegerField(null=True)),
                ("by_name", models.CharField(blank=True, max_length=60)),
                ("outcome", lianfang.core.fields.EncryptedText(blank=True, mask="text", null=True)),
                (
                    "school",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(models.F("school"), models.F("on"), name="hint_of_school"),
                ],
                "constraints": [
                    models.UniqueConstraint(models.F("unit"), models.F("on"), models.F("kind"), name="hint_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "open"),
                            models.Q(("by_id__isnull", False), ("looked_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="hint_looked_at_by_somebody",
                    ),
                ],
            },
        ),
    ]
