"""Django's SQLite back end with connections that may be kept from request to request (`base.py`)."""
