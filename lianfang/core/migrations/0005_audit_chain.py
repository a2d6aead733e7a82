"""Every new event waits for its seal from the moment it exists, however it was written; seals are evidence as events
are; neither table can be emptied."""

from django.db import migrations, models

FORWARD = """
CREATE FUNCTION core_await_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO core_unsealed (event_id) SELECT id FROM fresh ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER core_event_awaits_seal AFTER INSERT ON core_event
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION core_await_seal();
CREATE TRIGGER core_seal_append_only BEFORE UPDATE OR DELETE ON core_seal
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER core_event_never_emptied BEFORE TRUNCATE ON core_event
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER core_seal_never_emptied BEFORE TRUNCATE ON core_seal
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
INSERT INTO core_unsealed (event_id) SELECT id FROM core_event ON CONFLICT DO NOTHING;
"""
BACKWARD = """
DROP TRIGGER core_seal_never_emptied ON core_seal;
DROP TRIGGER core_event_never_emptied ON core_event;
DROP TRIGGER core_seal_append_only ON core_seal;
DROP TRIGGER core_event_awaits_seal ON core_event;
DROP FUNCTION core_await_seal();
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0004_seals_and_keys")]
    operations = [
        migrations.AddField("seal", "marks", models.BinaryField(default=b""), preserve_default=False),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
