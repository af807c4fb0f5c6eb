"""The web process: `granian --interface wsgi shuangcha.conf.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shuangcha.conf.settings")
application = get_wsgi_application()
