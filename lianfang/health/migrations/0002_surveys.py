import django.db.models.deletion
import lianfang.core.fields
import lianfang.core.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("health", "0001_start"),
        ("orgs", "0004_groups"),
        ("people", "0007_closed_accounts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Survey",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianfang.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("title", models.CharField(max_length=60)),
                (
                    "whom",
                    models.CharField(
                        choices=[
                            ("students", "Students"),
                            ("staff", "Staff and workers"),
                            ("both", "Students, staff and workers"),
                        ],
                        max_length=10,
                    ),
                ),
                ("from_on", models.DateField()),
                ("to_on", models.DateField()),
                ("due_at", models.DateTimeField()),
                ("by_id", models.BigIntegerField()),
                ("by_name", models.CharField(max_length=60)),
                ("at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("to_on__gte", models.F("from_on"))), name="survey_days_in_order"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianfang.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("device", "The family or student, by telephone or computer"),
                            ("own", "In person, with an account"),
                            ("telephone", "Asked by telephone"),
                        ],
                        max_length=10,
                    ),
                ),
                ("by_id", models.BigIntegerField(null=True)),
                ("by_name", models.CharField(blank=True, max_length=60)),
                ("device_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                ("away", models.BooleanField()),
                ("facts", lianfang.core.fields.EncryptedJSON(blank=True, null=True)),
                (
                    "after",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="next", to="health.answer"
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
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
                ),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="health.survey"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(models.F("person"), models.F("at"), name="answer_of_person"),
                    models.Index(models.F("school"), models.F("survey"), name="answer_of_school"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("survey"),
                        models.F("person"),
                        condition=models.Q(("after__isnull", True)),
                        name="answer_first_once",
                    )
                ],
            },
        ),
    ]
