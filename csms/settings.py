"""Settings of the portal, all from the environment; `./portal doctor` and docs/operations.md explain each name."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
import django_stubs_ext
import pghistory

from csms import rest
from csms.logs import LOGGING_CONFIGURATION
from registers.addresses import celery_broker

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent


def flag(name: str, default: str = "0") -> bool:
    """Read a yes/no setting from the environment."""
    return os.environ.get(name, default).lower() in {"1", "true", "yes", "on"}


def listed(name: str) -> list[str]:
    """Read a setting of several values, parted by commas."""
    return [value for value in os.environ.get(name, "").split(",") if value]


DATA_DIR = Path(os.environ.get("CSMS_DATA_DIR") or BASE_DIR / "var")
PUBLIC_URL = os.environ.get("CSMS_PUBLIC_URL", f"http://localhost:{os.environ.get('PORT', '8000')}")
HTTPS = PUBLIC_URL.startswith("https://")
METRICS_LOOPBACK, METRICS_TOKEN = flag("CSMS_METRICS_LOOPBACK"), os.environ.get("CSMS_METRICS_TOKEN", "")
SECURITY_CONTACT = os.environ.get("CSMS_SECURITY_CONTACT", "")
PUBLIC_HOST = urlsplit(PUBLIC_URL).hostname or "localhost"
TESTING = flag("CSMS_TESTING")

SECRET_KEY = os.environ.get("CSMS_SECRET_KEY") or "only-for-builds-without-a-database"
SECRET_KEY_FALLBACKS = listed("CSMS_SECRET_KEY_FALLBACKS")
DEBUG = False
ALLOWED_HOSTS = sorted({PUBLIC_HOST, "localhost", "127.0.0.1", *listed("CSMS_HOSTS")})
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "django_filters",
    "django_htmx",
    "django_tables2",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "guardian",
    "pghistory",
    "pgtrigger",
    "rest_framework",
    "csms",
    "reports",
    "risk",
    "network",
    "patching",
    "policies",
    "scope",
    "assets",
    "programme",
    "accounts",
    "registers",
]

MIDDLEWARE = [
    "csms.logs.RequestIdMiddleware",
    "csms.metrics.CountMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "csms.security.HeadersMiddleware",
    "csms.security.KnownMethodsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.LanguageMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.LastSeenMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "csms.security.BodyMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "accounts.reauthentication.FreshSignInMiddleware",
    "csms.security.PlainQueryMiddleware",
    "registers.middleware.HistoryMiddleware",
    "registers.middleware.RoomMiddleware",
    "registers.middleware.AsOfMiddleware",
]

ROOT_URLCONF = "csms.urls"
WSGI_APPLICATION = "csms.wsgi.application"
FORM_RENDERER = "registers.forms.FormRenderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csms.shell.shell",
            ],
            "builtins": ["django.templatetags.static", "django.templatetags.i18n", "registers.templatetags.look"],
        },
    }
]

# Two database roles: the application's may not change what is history; the owner's migrates, loads the demo, restores.
OWNER = os.environ.get("CSMS_ROLE") == "owner"
DATABASE_URL = os.environ.get("DATABASE_URL", "postgres://csms_app@/csms")
DATABASE_OWNER_URL = os.environ.get("DATABASE_OWNER_URL") or DATABASE_URL
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **dj_database_url.parse(DATABASE_OWNER_URL if OWNER or TESTING else DATABASE_URL),
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
}
APPLICATION_ROLE = urlsplit(DATABASE_URL).username or "csms_app"
HISTORY_PROTECTED = DATABASE_OWNER_URL != DATABASE_URL
DATABASES["default"].setdefault("OPTIONS", {})["options"] = (
    "-c lock_timeout=10s -c idle_in_transaction_session_timeout=120s"
    + ("" if OWNER or TESTING else " -c statement_timeout=120s")
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = os.environ.get("REDIS_URL", "redis://localhost:6379/0")
CACHE = {"LOCATION": REDIS_URL, "OPTIONS": {"socket_timeout": 1}}
CACHES = {
    "default": {"BACKEND": "csms.caches.KeptCache", **CACHE},
    "forgiving": {"BACKEND": "csms.forgiving.ForgivingCache", **CACHE},
}
CELERY_BROKER_URL = celery_broker(REDIS_URL)  # how work is done beyond this: csms/celery.py
JOB_LEASE = timedelta(seconds=60)

# Accounts
AUTH_USER_MODEL = "accounts.User"
ANONYMOUS_USER_NAME = None
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]
AUTHENTICATION_BACKENDS = ["accounts.backends.PasswordBackend"]
PASSWORD_HASHERS = [f"django.contrib.auth.hashers.{'MD5' if TESTING else 'Argon2'}PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "accounts.passwords.LengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.ContextValidator"},
]
LOGIN_URL, LOGIN_REDIRECT_URL = "/accounts/login/", "/"
PASSWORD_RESET_TIMEOUT = 3600
ACCOUNT_ADAPTER, SOCIALACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter", "accounts.adapters.SocialAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_FORMS = {"reset_password": "accounts.forms.ResetForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key", "logout_token": "300/m/ip"}
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 60 * max(1, int(os.environ.get("CSMS_FRESH_MINUTES", "5")))
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = USERSESSIONS_TRACK_ACTIVITY = True
# Addresses are proven by invitation: that a reset was asked for keeps nobody from a second factor.
MFA_ALLOW_UNVERIFIED_EMAIL = SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
MFA_FORMS = {"activate_totp": "accounts.forms.ActivateForm"}
MFA_TOTP_ISSUER = "CSMS Portal"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "provider_class": "accounts.oidc.CompanyProvider",
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "company",
                "name": os.environ.get("CSMS_OIDC_NAME", "Company sign-in"),
                "client_id": os.environ["CSMS_OIDC_CLIENT_ID"],
                "secret": os.environ.get("CSMS_OIDC_SECRET", ""),
                "settings": {
                    "server_url": os.environ.get("CSMS_OIDC_URL", ""),
                    "email_authentication": flag("CSMS_OIDC_LINK_BY_EMAIL"),
                    "second_factor": listed("CSMS_OIDC_MFA"),
                },
            }
        ]
        if os.environ.get("CSMS_OIDC_CLIENT_ID")
        else [],
    }
}
SESSION_ENGINE, SESSION_CACHE_ALIAS = "django.contrib.sessions.backends.cached_db", "forgiving"
SESSION_COOKIE_AGE, SESSION_COOKIE_SAMESITE = 12 * 3600, "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-sid" if HTTPS else "sid"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "csms.errors.csrf_failure"

# Browser security
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if flag("CSMS_BEHIND_PROXY") else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
FILE_UPLOAD_PERMISSIONS = 0o640
UPLOAD_MAX_BYTES, FREE_AT_LEAST = 50_000_000, 200_000_000
BACKUP_KEY_FILE = os.environ.get("CSMS_BACKUP_KEY_FILE", "")

# Files
STATIC_URL, STATIC_ROOT, STATICFILES_DIRS = "/static/", DATA_DIR / "static", [BASE_DIR / "static"]
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder", "csms.assets.AssetsFinder"]
WHITENOISE_USE_FINDERS = not flag("CSMS_COLLECTED")
MEDIA_ROOT, SEALS_DIR = DATA_DIR / "files", DATA_DIR / "files" / "seals"
DROP_DIR = Path(os.environ.get("CSMS_DROP_DIR") or DATA_DIR / "drop").absolute()
STORAGES = {
    "default": {"BACKEND": "registers.storage.KeptFiles"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if flag("CSMS_COLLECTED")
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# Language and time
LANGUAGE_CODE, TIME_ZONE = "en", "UTC"
LANGUAGES, LOCALE_PATHS = [("en", "English"), ("de", "Deutsch")], [BASE_DIR / "locale"]
DATE_FORMAT = SHORT_DATE_FORMAT = "Y-m-d"
DATETIME_FORMAT = "Y-m-d H:i"

# History
PGHISTORY_APPEND_ONLY = True
PGHISTORY_CONTEXT_FIELD = pghistory.ContextJSONField()
PGHISTORY_CREATED_AT_FUNCTION = "csms_now()"
PGHISTORY_BASE_MODEL = "registers.models.HistoryEvent"
PGHISTORY_OBJ_FIELD = pghistory.ObjForeignKey(db_index=False)
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)
REGISTERS_PERMISSIONS = "accounts.permissions"
REGISTERS_CATALOG = "csms.catalog"

# REST
REST_FRAMEWORK, SPECTACULAR_SETTINGS = rest.FRAMEWORK, rest.OPENAPI
RATE_LIMIT = os.environ.get("CSMS_RATE_LIMIT", "12000/min")
if RATE_LIMIT in {"0", ""} and urlsplit(PUBLIC_URL).hostname not in {"localhost", "127.0.0.1", "::1"}:
    RATE_LIMIT = "12000/min"  # lifted on a loop-back portal only

# What the portal may reach, mail, demo
OUTBOUND_ALLOW = listed("CSMS_OUTBOUND_ALLOW")
EMAIL_HOST = os.environ.get("CSMS_MAIL_HOST", "")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
EMAIL_PORT = int(os.environ.get("CSMS_MAIL_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("CSMS_MAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("CSMS_MAIL_PASSWORD", "")
EMAIL_USE_TLS, EMAIL_TIMEOUT = bool(EMAIL_HOST), 20  # seconds
DEFAULT_FROM_EMAIL = os.environ.get("CSMS_MAIL_FROM", f"csms@{PUBLIC_HOST}")
DEMO_PASSWORD = os.environ.get("CSMS_DEMO_PASSWORD", "csms-demo-2026")

LOGGING = LOGGING_CONFIGURATION
os.environ.setdefault("FONTCONFIG_FILE", str(BASE_DIR / "csms" / "fonts.conf"))
