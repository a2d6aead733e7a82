import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianfang.config.settings")
application = get_wsgi_application()


def refuse_misfit() -> None:
    """The pages do not start without the keys of their data; without the database they start and say so."""
    from django.db import DatabaseError, connection

    from lianfang.core.keyring import KeysMissing
    from lianfang.core.queries import keys

    try:
        keys.refuse_misfit()
    except KeysMissing as missing:
        raise SystemExit(str(missing)) from None
    except DatabaseError:
        pass
    finally:
        connection.close()


refuse_misfit()
