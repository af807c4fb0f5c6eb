"""Settings of 双查. What differs between instances comes from `conf/environment.py` (docs/settings.md)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from shuangcha.conf import environment
from shuangcha.conf.database import parse_database_url, sqlite_settings
from shuangcha.conf.keys import secret_key

BASE_DIR = Path(__file__).resolve().parents[2]
ENVIRONMENT = environment.read()
DATA_DIR = ENVIRONMENT.SHUANGCHA_DATA
KEYS_DIR = ENVIRONMENT.keys
SEALS_DIR = ENVIRONMENT.seals
SHUANGCHA_MODE = ENVIRONMENT.SHUANGCHA_MODE
HTTPS = ENVIRONMENT.SHUANGCHA_HTTPS

SECRET_KEY = secret_key(KEYS_DIR, DATA_DIR)
DEBUG = False
ALLOWED_HOSTS = list(ENVIRONMENT.SHUANGCHA_HOSTS)

# --- Rooms (lower ones first) ---
ROOMS = [
    "shuangcha.courts",
    "shuangcha.audit",
    "shuangcha.vault",
    "shuangcha.casefile",
    "shuangcha.flowruns",
    "shuangcha.access",
    "shuangcha.clock",
    "shuangcha.papers",
    "shuangcha.search",
    "shuangcha.acts",
    "shuangcha.desk",
    "shuangcha.exchange",
    "shuangcha.conf",
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "ninja",  # its page of the interface loads its scripts from here, not from an outside network
    "csp",
    "axes",
    "django_q",
    *ROOMS,
]
AUTH_USER_MODEL = "courts.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "shuangcha.conf.middleware.Compressed",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "shuangcha.conf.middleware.ResponseHeaders",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "shuangcha.conf.middleware.AbsoluteSession",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "shuangcha.conf.urls"
WSGI_APPLICATION = "shuangcha.conf.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            # Each template is read, freed of its layout and compiled once a process.
            "loaders": [("django.template.loaders.cached.Loader", ["shuangcha.desk.layout.Loader"])],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# --- Database ---
DATABASES: dict[str, dict[str, Any]] = {
    "default": parse_database_url(ENVIRONMENT.DATABASE_URL)
    if ENVIRONMENT.DATABASE_URL
    else sqlite_settings(DATA_DIR / "shuangcha.sqlite3")
}

# --- Language and time: dates are days in Asia/Shanghai ---
LANGUAGE_CODE = "zh-hans"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- Sign-in ---
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_validation = "django.contrib.auth.password_validation."
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": _validation + "MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": _validation + "UserAttributeSimilarityValidator"},
    {"NAME": _validation + "CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
LOGIN_URL = "signin"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = LOGIN_URL
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
# Account and address together: a stranger elsewhere cannot lock an officer out by typing the officer's name.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "desk/locked.html"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_ENABLE_ADMIN = False
AXES_ALLOWED_CORS_ORIGINS = ""
AXES_VERBOSE = False

# --- Sessions and cookies ---
# The __Host- prefix binds a cookie to this host and to TLS; a browser throws such a cookie away when it comes over
# plain http, so on a loopback address without TLS (demo, development) the plain names are used.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 8 * 60 * 60  # absolute: conf.middleware.AbsoluteSession
SESSION_COOKIE_NAME = "__Host-shuangcha" if HTTPS else "shuangcha"
CSRF_COOKIE_NAME = "__Host-shuangcha-csrf" if HTTPS else "shuangcha-csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- Headers ---
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
_SELF, _NONE = ["'self'"], ["'none'"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": _SELF,
        "script-src": _SELF,
        "style-src": _SELF,
        "img-src": _SELF,
        "font-src": _SELF,
        "connect-src": _SELF,
        "object-src": _NONE,
        "base-uri": _NONE,
        "frame-ancestors": _NONE,
        "form-action": _SELF,
    }
}

# --- Files ---
STATIC_URL = "/static/"
# Served straight from the rooms: no build step (collectstatic) stands between a clone and a running page.
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 300
MEDIA_ROOT = DATA_DIR / "files"
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 210  # a registration may carry 200
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

# --- Background jobs: at-least-once, every job is idempotent ---
Q_CLUSTER = {
    "name": "shuangcha",
    "orm": "default",
    "workers": 1,
    "timeout": 120,
    "retry": 300,  # must exceed the timeout, or a slow job runs twice at once
    "max_attempts": 5,
    "catch_up": False,
    "poll": 1,
    "save_limit": 200,
    "time_zone": TIME_ZONE,
}

# --- Log: to stderr, never a request body ---
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        # 4xx are ordinary refusals of this program, and their addresses name matters.
        "django.request": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        "shuangcha": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "django-q": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
    },
}
