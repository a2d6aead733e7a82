"""Evidence of returns is append-only: the database refuses to change or delete it."""

from django.db import migrations

TABLES = ("version", "figure", "signature", "turnback", "source", "statement", "chase", "reopening")

FORWARD = "\n".join(
    f"""CREATE TRIGGER returns_{table}_append_only BEFORE UPDATE OR DELETE ON returns_{table}
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();"""
    for table in TABLES
)
BACKWARD = "\n".join(f"DROP TRIGGER returns_{table}_append_only ON returns_{table};" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [("returns", "0001_initial"), ("core", "0002_append_only")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
