"""The web process: `granian --interface wsgi shuangcha.conf.wsgi:application`."""

import os
from contextlib import suppress

from django.core.wsgi import get_wsgi_application
from django.db import DatabaseError, connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shuangcha.conf.settings")
application = get_wsgi_application()

if connection.vendor == "sqlite":
    # Held by this thread, which asks nothing: a worker that has had no request yet knows by it whether the data file is
    # still the one with which it started (`conf/sqlite/base.py`).
    with suppress(DatabaseError):
        connection.ensure_connection()
