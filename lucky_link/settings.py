"""Everything the installation decides, read from the environment; nothing else reads it."""

from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# An embedded run brings its own PostgreSQL, Valkey and mailbox; a demonstration is always embedded.
EMBEDDED = env.bool("LUCKY_LINK_EMBEDDED", default=False)
DEMONSTRATION = EMBEDDED and env.bool("LUCKY_LINK_DEMO", default=False)
DEBUG = False
VAR_DIR = Path(env.str("LUCKY_LINK_VAR", default=str(BASE_DIR / "var")))
PUBLIC_URL = env.str("PUBLIC_URL", default="http://localhost:8000").rstrip("/")
BROKER_NAME = env.str("BROKER_NAME", default="Lucky Link")
# The identity of the broker firm, printed in charters.
BROKER_LEGAL_FORM = env.str("BROKER_LEGAL_FORM", default="")
BROKER_NUMBER = env.str("BROKER_NUMBER", default="")
BROKER_ADDRESS = env.str("BROKER_ADDRESS", default="")
CONTACT_ADDRESS = env.str("CONTACT_ADDRESS", default="")  # who answers the public, and mails

SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY is missing: give at least 50 random characters.")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])  # what they closed still opens
DEFAULT_EXCEPTION_REPORTER_FILTER = "lucky_link.error_reports.ValueFreeReporterFilter"
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
FILE_UPLOAD_HANDLERS = [
    "accounts.organisations.upload_limit.TruncatingUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
CSRF_FAILURE_VIEW = "accounts.people.views.unsent.csrf_failure"

INSTALLED_APPS = [
    # First, because its commands replace those of the packages below.
    "lucky_link",
    "lucky_link.administration_app.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "guardian",
    "pgtrigger",
    "outbox",
    "ledger",
    "accounts",
    "partnerships",
    "associations",
    "companies",
    "broker",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "accounts.pages.responses.CompressionMiddleware",
    "accounts.organisations.upload_limit.UploadLimitMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.pages.responses.NoStoreMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.pages.clock.ReaderTimeZoneMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.pages.responses.MethodNotAllowedMiddleware",
    "accounts.people.views.unsent.SessionEndMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "accounts.people.views.authentication.SecondFactorMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.people.views.submissions.SubmissionMiddleware",
    "accounts.forms.submission.RefusalMiddleware",
]

ROOT_URLCONF = "lucky_link.urls"
WSGI_APPLICATION = "lucky_link.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["accounts.templatetags.form_tokens"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.portals.portal_context",
                "accounts.pages.cache.layout",
            ],
        },
    },
]


def _database(url_name: str) -> dict[str, Any]:
    """Return the settings of a database; host and user may stand in the query of its address."""
    database: dict[str, Any] = env.db_url(url_name)
    options = dict(database.get("OPTIONS", {}))
    for name in {"host", "port", "user", "password"} & options.keys():
        database[name.upper()] = options.pop(name)
    # The pool asks for no age; one short question per request, so that a restart costs nobody a page.
    return {**database, "OPTIONS": options, "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True}


# The role of the application reads and writes rows; the owner of the tables migrates them, nothing else.
DATABASES = {"default": _database("DATABASE_URL")}
DATABASES["default"]["OPTIONS"]["pool"] = {
    "min_size": 1,
    "max_size": env.int("DATABASE_POOL", default=8),
    "timeout": 5,
}
if env.str("DATABASE_OWNER_URL", default=""):
    DATABASES["owner"] = _database("DATABASE_OWNER_URL")
DATABASE_APPLICATION_ROLE = DATABASES["default"]["USER"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "landing"

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.people.forms.SignupForm"
ACCOUNT_FORMS = {
    name: f"accounts.people.allauth_forms.{form}"
    for name, form in {
        "login": "LoginForm",
        "signup": "AccountSignupForm",
        "add_email": "AddEmailForm",
        "change_email": "ChangeEmailForm",
        "reset_password": "ResetPasswordForm",
        "request_login_code": "RequestLoginCodeForm",
        "confirm_login_code": "ConfirmLoginCodeForm",
        "confirm_email_verification_code": "ConfirmEmailVerificationCodeForm",
        "confirm_password_reset_code": "ConfirmPasswordResetCodeForm",
    }.items()
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# When another field fails, what was typed stays; answers to forms are never stored (NoStoreMiddleware).
ACCOUNT_PASSWORD_INPUT_RENDER_VALUE = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
# How many proxies of ours stand before the product: that many addresses, counted from the right of
# X-Forwarded-For, are believed. 0 believes none, and all rate limits count the address of the connection.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
# Beside the limits of allauth itself: what a person or an address may try over and over.
ACCOUNT_RATE_LIMITS = {"identity_taken": "10/d/user", "join": "5/d/user"}
# Wrong passwords are limited by the address they come from. For an account they only add a code by mail to
# the right password, so that nobody can lock another person out.
ACCOUNT_RATE_LIMITS |= {"sign_in_failed": "10/m/ip,60/h/ip", "sign_in_failed_account": "5/15m/key"}
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_RATE_LIMITS |= {"prove_identity": "5/15m/user", "verify_charter": "20/m/ip"}
ACCOUNT_RATE_LIMITS |= {"calendar_feed": "60/m/ip"}
# Files to inspect; "key": of all people together. A file that is a sealed charter is not counted.
ACCOUNT_RATE_LIMITS |= {"verify_file": "60/m/key", "add_document": "30/m/user,60/m/ip,120/m/key"}
# What patients answer: from one address, such as a waiting room, and to one form in all.
ACCOUNT_RATE_LIMITS |= {"patient_answer": "6/m/ip,40/h/ip", "patient_answer_all": "60/m/key,600/h/key"}
ACCOUNT_DEFAULT_HTTP_PROTOCOL = PUBLIC_URL.partition(":")[0]
MFA_ADAPTER = "accounts.adapter.MFAAdapter"
MFA_FORMS = {
    name: f"accounts.people.allauth_forms.{form}"
    for name, form in {
        "authenticate": "AuthenticateForm",
        "reauthenticate": "ReauthenticateForm",
        "activate_totp": "ActivateTOTPForm",
        "add_webauthn": "AddWebAuthnForm",
        "edit_webauthn": "EditWebAuthnForm",
    }.items()
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = BROKER_NAME
# Passkeys are tied to the public host; plain HTTP is allowed by browsers on localhost alone.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = PUBLIC_URL.startswith("http://")
USERSESSIONS_TRACK_ACTIVITY = False

ANONYMOUS_USER_NAME = None
GUARDIAN_RAISE_403 = True

_mail = env.email_url("EMAIL_URL", default="consolemail://")
_mail_backends = {"django.core.mail.backends.smtp.EmailBackend": "outbox.sending.mail.SmtpBackend"}
_mail_options: dict[str, dict[str, object]] = {
    "django.core.mail.backends.smtp.EmailBackend": {
        "host": _mail["EMAIL_HOST"],
        "port": _mail["EMAIL_PORT"] or 25,
        "username": _mail["EMAIL_HOST_USER"] or "",
        "password": _mail["EMAIL_HOST_PASSWORD"] or "",
        "use_tls": _mail.get("EMAIL_USE_TLS", False),
        "use_ssl": _mail.get("EMAIL_USE_SSL", False),
        # A mail server that hangs must not hold a worker for long.
        "timeout": 20,
    },
    "django.core.mail.backends.filebased.EmailBackend": {"file_path": f"/{_mail['EMAIL_FILE_PATH']}"},
}
MAILERS = {
    "default": {
        "BACKEND": _mail_backends.get(_mail["EMAIL_BACKEND"], _mail["EMAIL_BACKEND"]),
        "OPTIONS": _mail_options.get(_mail["EMAIL_BACKEND"], {}),
    }
}
SERVER_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Lucky Link <ne-pas-repondre@localhost>")
DEFAULT_FROM_EMAIL = SERVER_EMAIL

CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
# A sweep that is lost is followed by the next one; a late acknowledgement would take the worker down
# with the queue (kombu gives up on the task in flight).
CELERY_TASK_TIME_LIMIT = 300
CELERY_TIMEZONE = "Europe/Paris"

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Paris"

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR_DIR / "documents", "base_url": None},
    },
    # The name of each file contains the hash of its content, so browsers keep it for good (`immutable`).
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# A page that failed is written where the process writes; Django alone would only mail it.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"secret_paths": {"()": "lucky_link.error_reports.SecretPathFilter"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["secret_paths"]}
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django": {"handlers": [], "level": "INFO"}, "django.server": {"propagate": False}},
}

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-src": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "manifest-src": [CSP.SELF],
}
_secure = PUBLIC_URL.startswith("https://")
SECURE_SSL_REDIRECT = _secure
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _secure else None
SECURE_HSTS_SECONDS = 31_536_000 if _secure else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _secure
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _secure

# The seal: a PEM pair from the environment, or made at first start under VAR_DIR/seal.
SEAL_KEY_FILE = env.str("SEAL_KEY_FILE", default=str(VAR_DIR / "seal" / "key.pem"))
SEAL_CERTIFICATE_FILE = env.str("SEAL_CERTIFICATE_FILE", default=str(VAR_DIR / "seal" / "certificate.pem"))
TIMESTAMP_URL = env.str("TIMESTAMP_URL", default="")

# Uploaded files are parsed in child processes of 256 MB each, so many at a time on this machine; the last of
# them is reserved to people who are signed in.
INSPECTIONS_AT_ONCE = env.int("INSPECTIONS_AT_ONCE", default=3)
INSPECTION_SLOTS_DIR = VAR_DIR / "inspections"

# The open registers, asked when a broker presses a button and never otherwise; empty: not asked at all.
REGISTER_LOOKUP_URLS = {
    name: env.str(f"REGISTER_{name.upper()}_URL", default="") for name in ("companies", "associations")
}
