"""Where we run. Everything that differs between machines comes from the environment and is read here only.

Numbers that medicine or law gives live in disease and form files; what a unit decided differently lives in
``policies.Override`` rows.
"""

import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONCE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from lianfang.core import once
from lianfang.people.rules.passwords import SHORTEST as SHORTEST_PASSWORD

ROOT = Path(__file__).resolve().parents[2]
HOME = Path(os.environ.get("LIANFANG_HOME") or ROOT / "var")
DEBUG = os.environ.get("LIANFANG_DEBUG") == "1"


def _secret_key() -> str:
    """The signing key: from the environment, else made once and kept beside the data."""
    given = os.environ.get("LIANFANG_SECRET_KEY")
    return given or once.kept(HOME / "secret_key", lambda: secrets.token_urlsafe(64)).strip()


SECRET_KEY = _secret_key()


def _key_file() -> Path:
    """Where the keys of personal data lie: outside checkout, data and database, so that a copy of those alone opens
    nothing. The installation's own id names the file; a moved data folder still finds it."""
    if given := os.environ.get("LIANFANG_KEY_FILE"):
        return Path(given).absolute()
    base = Path(os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config"))
    if not base.is_absolute():
        raise ImproperlyConfigured(
            "本账户没有主目录，请用 LIANFANG_KEY_FILE 指明密钥文件的位置。\n"
            "This account has no home folder: say with LIANFANG_KEY_FILE where the key file lies."
        )
    name = once.kept(HOME / "installation", lambda: secrets.token_hex(8), 0o644).strip()
    return base / "lianfang" / f"{name}.keys.json"


KEY_FILE = _key_file()
# Which family of algorithms the first key is made for: "intl" (AES, SHA-256) or "sm" (SM4, SM3).
KEY_SUITE = os.environ.get("LIANFANG_KEY_SUITE", "intl")
ALLOWED_HOSTS = os.environ.get("LIANFANG_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
# Behind a proxy that ends TLS the operator says so; on one computer the pages are plain HTTP on the loopback.
HTTPS = os.environ.get("LIANFANG_HTTPS") == "1"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
# Whose word is taken for the address a request came from (addresses or networks); a proxy for TLS stands beside us.
TRUSTED_PROXIES = [
    proxy.strip()
    for proxy in os.environ.get("LIANFANG_TRUSTED_PROXIES", "127.0.0.0/8,::1" if HTTPS else "").split(",")
    if proxy.strip()
]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_SSL_REDIRECT = HTTPS
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if HTTPS and "*" not in host]
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# A session ends when nothing happened for half an hour, and after half a day in any case (`people.actions.sessions`).
SESSION_IDLE, SESSION_LONGEST = timedelta(minutes=30), timedelta(hours=12)
SESSION_COOKIE_AGE = int(SESSION_LONGEST.total_seconds())
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "lianfang.web.failures.csrf_failed"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "procrastinate.contrib.django",
    "axes",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "django_cotton",
    "lianfang.core",
    "lianfang.orgs",
    "lianfang.policies",
    "lianfang.people",
    "lianfang.ui",
    "lianfang.notices",
    "lianfang.obligations",
    "lianfang.duty",
    "lianfang.health",
    "lianfang.cases",
    "lianfang.returns",
    "lianfang.surveillance",
    "lianfang.bulletins",
    "lianfang.web",
    "lianfang.config.apps.ConfigConfig",
]

MIDDLEWARE = [
    "lianfang.ui.timing.ServerTiming",
    "lianfang.core.origin.FromAddress",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "lianfang.ui.language.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "lianfang.people.middleware.Doorkeeper",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "lianfang.config.urls"
WSGI_APPLICATION = "lianfang.config.wsgi.application"

FORM_RENDERER = "lianfang.ui.forms.Renderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lianfang.ui.context.page",
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "django.templatetags.i18n",
                "django.templatetags.static",
                "lianfang.ui.templatetags.ui",
                "lianfang.returns.templatetags.returns",
            ],
        },
    }
]
COTTON_DIR = "cotton"

DATABASES = {
    "default": dj_database_url.config(
        default="postgres:///lianfang",
        conn_max_age=None,
        conn_health_checks=True,
        engine="django.db.backends.postgresql",
    )
}
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
# Duties that `people.access` marks with ``two_factors`` can be done only after a second factor.
SECOND_FACTOR = os.environ.get("LIANFANG_SECOND_FACTOR", "1") == "1"
# Argon2id at OWASP's m=19 MiB, t=2, p=1: Django's own default takes 100 MiB for each sign-in.
PASSWORD_HASHERS = ["lianfang.people.hashers.Argon2", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": SHORTEST_PASSWORD},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "lianfang.people.passwords.Varied"},
    {"NAME": "lianfang.people.passwords.NotPersonal"},
    {"NAME": "lianfang.people.passwords.NotUsedBefore"},
]
# After so many days a password has to be changed (0: never); a one-time password on paper is worth nothing after
# LETTER_DAYS.
PASSWORD_DAYS = int(os.environ.get("LIANFANG_PASSWORD_DAYS") or 90)
PASSWORDS_KEPT = 5
LETTER_DAYS = 14
LOGIN_URL = "account:sign_in"
LOGIN_REDIRECT_URL = "web:home"
LOGOUT_REDIRECT_URL = "account:sign_in"
# Failures are counted by account, under a keyed digest of its name, and separately by address: a school often stands
# behind one address, so that one may fail more often.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_USERNAME_CALLABLE = "lianfang.people.actions.lockout.counted_as"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True  # sign-ins are events of core
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "csrfmiddlewaretoken", "next"]
# axes would stop the whole school with one teacher (W006); HSTS is promised for this host alone, not for whatever else
# the operator runs on names below it, and not to browsers' lists (W005, W021).
SILENCED_SYSTEM_CHECKS = ["axes.W006", "security.W005", "security.W021"]
ADDRESS_FAILURES = int(os.environ.get("LIANFANG_ADDRESS_FAILURES") or 30)
# Networks from which administrators and auditors act, such as "10.1.0.0/16,192.0.2.7"; empty: from anywhere.
ADMIN_ADDRESSES = [net for net in os.environ.get("LIANFANG_ADMIN_ADDRESSES", "").split(",") if net]
MFA_ADAPTER = "lianfang.people.factors.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "联防 Lianfang"
MFA_TOTP_TOLERANCE = 1  # the step before and the one after: telephones' clocks go wrong
# Only systems that hold nothing but the demo: its accounts' password is printed for everybody, and so is their code.
DEMO = os.environ.get("LIANFANG_DEMO") == "1"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [ROOT / "locale"]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "lianfang.ui.vendor.Finder",
]
NODE_MODULES = ROOT / "node_modules"
ICONS = NODE_MODULES / "@tabler/icons/icons"
_STATIC_BACKEND = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if DEBUG else _STATIC_BACKEND},
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG

# A spreadsheet larger than this is refused before it is read; 200 MB uploads never reach the parser.
UPLOAD_LIMIT_BYTES = 5 * 1024 * 1024
ROSTER_LIMIT_BYTES = 40 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# A city's table asks why for every figure of every school that differs from the system's.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "frame-ancestors": ["'none'"],
        "form-action": [SELF],
        "base-uri": [SELF],
        "object-src": ["'none'"],
    }
}

# How many days events are kept at least; a check refuses less than 184 (control C04: logs ≥ 6 months). The default is
# the three years for which records of providing data to others are kept.
AUDIT_DAYS = int(os.environ.get("LIANFANG_AUDIT_DAYS", "1095"))
# The newest seal this machine has seen, outside the database: a chain cut off at its end is noticed.
AUDIT_HEAD = HOME / "audit-head.json"

# Who can be asked about personal data, as it stands in the public processing rules: office, telephone, address.
PRIVACY_CONTACT = os.environ.get("LIANFANG_PRIVACY_CONTACT", "")

# Where people find this installation, as it stands in messages that leave it: "https://lianfang.example.edu.cn". Unset:
# messages carry no link.
PUBLIC_ADDRESS = os.environ.get("LIANFANG_ADDRESS", "").rstrip("/")
# Networks of one's own in which gateways for mail and messages may stand, such as "10.20.0.0/16"; everywhere else they
# must have a public address and speak TLS. An authority's own certificates: a file in PEM.
GATEWAY_NETWORKS = [net for net in os.environ.get("LIANFANG_GATEWAY_NETWORKS", "").split(",") if net]
GATEWAY_CA = os.environ.get("LIANFANG_GATEWAY_CA", "")

# The demo day moves this clock; a real installation leaves it unset and core.clock follows the machine.
CLOCK_FILE = os.environ.get("LIANFANG_CLOCK_FILE", "")

PROCRASTINATE_IMPORT_PATHS = ["lianfang.core.jobs", "lianfang.config.schedule"]
PROCRASTINATE_ON_APP_READY = None

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"class": "lianfang.core.logs.Discreet", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    # Django's own handler for the console would repeat each line with everything in it.
    "loggers": {"django": {"level": "INFO"}, "procrastinate": {"level": "WARNING"}, "axes": {"level": "ERROR"}},
}
