"""How a name is spelt stands in each enrolment too, kept in step by the database."""

from django.db import migrations, models

FORWARD = """
CREATE FUNCTION people_spelling(pinyin text, initials text, name text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN name = '' THEN '' ELSE concat_ws(' ', pinyin, replace(pinyin, ' ', ''), initials, name) END
$$;
CREATE FUNCTION people_spell_enrolment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT people_spelling(pinyin, initials, name) INTO NEW.spelt FROM people_person WHERE id = NEW.person_id;
    NEW.spelt := coalesce(NEW.spelt, '');
    RETURN NEW;
END $$;
CREATE FUNCTION people_spell_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE people_enrolment SET spelt = people_spelling(NEW.pinyin, NEW.initials, NEW.name) WHERE person_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER people_enrolment_spelt BEFORE INSERT OR UPDATE OF person_id, spelt ON people_enrolment
    FOR EACH ROW EXECUTE FUNCTION people_spell_enrolment();
CREATE TRIGGER people_person_spelt AFTER UPDATE OF name, pinyin, initials ON people_person
    FOR EACH ROW WHEN ((OLD.name, OLD.pinyin, OLD.initials) IS DISTINCT FROM (NEW.name, NEW.pinyin, NEW.initials))
    EXECUTE FUNCTION people_spell_person();
UPDATE people_enrolment SET spelt = '';
"""
BACKWARD = """
DROP TRIGGER people_person_spelt ON people_person;
DROP TRIGGER people_enrolment_spelt ON people_enrolment;
DROP FUNCTION people_spell_person();
DROP FUNCTION people_spell_enrolment();
DROP FUNCTION people_spelling(text, text, text);
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0005_phones_indexed")]
    operations = [
        migrations.AddField(
            "enrolment", "spelt", models.TextField(blank=True, db_collation="C", default="", editable=False),
            preserve_default=False,
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]  # fmt: skip
