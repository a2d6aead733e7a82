import django.db.models.deletion
import lianfang.core.fields
import lianfang.core.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("health", "0002_surveys"),
        ("orgs", "0004_groups"),
        ("people", "0007_closed_accounts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="KeyPerson",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianfang.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("edition", models.CharField(max_length=40)),
                ("category", models.CharField(max_length=20)),
                ("rule", models.CharField(max_length=20)),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                ("reasons", lianfang.core.fields.EncryptedJSON(blank=True, null=True)),
                ("plan", lianfang.core.fields.EncryptedText(blank=True, mask="text", null=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("from_on", models.DateField()),
                ("by_id", models.BigIntegerField(null=True)),
                ("by_name", models.CharField(blank=True, max_length=60)),
                ("at", models.DateTimeField()),
                ("ended_on", models.DateField(null=True)),
                (
                    "ending",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("released", "No longer followed"),
                            ("moved", "In another class now"),
                            ("left", "Has left the school"),
                            ("mistake", "Listed by mistake"),
                        ],
                        max_length=10,
                    ),
                ),
                ("ending_note", lianfang.core.fields.EncryptedText(blank=True, mask="text", null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by_id", models.BigIntegerField(null=True)),
                ("ended_by_name", models.CharField(blank=True, max_length=60)),
                (
                    "after",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="next",
                        to="health.keyperson",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.person"
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
                ),
                (
                    "responsible",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("school"),
                        models.F("due_at"),
                        condition=models.Q(("ended_on__isnull", True)),
                        name="key_person_due",
                    ),
                    models.Index(models.F("school"), models.F("from_on"), name="key_person_of_day"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("person"),
                        models.F("school"),
                        condition=models.Q(("ended_on__isnull", True)),
                        name="key_person_one_class",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("ended_on__isnull", True), ("ending", "")),
                            models.Q(
                                ("ended_at__isnull", False),
                                ("ended_on__gte", models.F("from_on")),
                                models.Q(("ending", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="key_person_ends_for_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianfang.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField()),
                ("by_id", models.BigIntegerField()),
                ("by_name", models.CharField(max_length=60)),
                ("reached", models.BooleanField()),
                ("temperature", models.SmallIntegerField(null=True)),
                ("symptoms", models.IntegerField(null=True)),
                ("place", lianfang.core.fields.EncryptedText(blank=True, mask="text", null=True)),
                ("note", lianfang.core.fields.EncryptedText(blank=True, mask="text", null=True)),
                (
                    "key_person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="follow_ups", to="health.keyperson"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(models.F("key_person"), models.F("at"), name="follow_up_of_person")],
            },
        ),
    ]
