"""What browsers load, made from its sources: one style sheet, fonts, one script for passkeys.

Everything lies in `static/built`, which git ignores; `collectstatic` makes it first, then gives every file a
name with the hash of its content.
"""

import importlib.util
import os
import re
import tempfile
from pathlib import Path

import rcssmin

from lucky_link.local import web_fonts

STATIC = web_fonts.FOLDER.parent
FOLDER = web_fonts.FOLDER
# The first sheet declares the order of the layers; inside a layer a later rule wins over an earlier one.
SHEETS = (
    "tokens.css",
    "base.css",
    "layout.css",
    "components/marks.css",
    "components/header.css",
    "components/surfaces.css",
    "components/case.css",
    "components/clause.css",
    "components/canvas.css",
    "components/envelope.css",
    "components/follow.css",
    "components/tables.css",
    "components/mailbox.css",
    "components/forms.css",
    "components/signature.css",
    "components/public.css",
    "print.css",
)
# The scripts of allauth, then ours, which ties them to the buttons of a page.
PASSKEY_SCRIPTS = ("mfa/js/webauthn-json.js", "mfa/js/webauthn.js")
# Patterns of `collectstatic --ignore`: sources of what is made here, the fonts of the PDF, the states of the
# build, and the versions of htmx that no page loads.
NOT_SERVED = (
    *("css/*", "fonts/*", "js/passkey.js", f"built/{web_fonts.RULES}", f"built/{web_fonts.STAMP}"),
    *("django_htmx/ext/*", "django_htmx/htmax-*", "django_htmx/htmx-2.js", "django_htmx/htmx-4*"),
)
# The space in `ul :is(a)`, which rcssmin takes for one of a declaration; `ul *:is(a)` selects the same.
DESCENDANT = re.compile(r"(?<=[\w\])&]) :(?=[a-z:-]+[^;{}]*\{)")


def build_all() -> None:
    """Make whatever is missing or differs from its sources."""
    rules = web_fonts.build()
    _write(FOLDER / "site.css", style_sheet(rules))
    _write(FOLDER / "passkey.js", _passkey_script())


def style_sheet(font_rules: str, folder: Path = STATIC / "css") -> str:
    """Return the sources in their order and the font rules as one style sheet, minified."""
    sources = [(folder / name).read_text(encoding="utf-8") for name in SHEETS]
    text = "\n".join([sources[0], font_rules, *sources[1:]])
    minified: str = rcssmin.cssmin(DESCENDANT.sub(" *:", text))
    return minified


def _passkey_script() -> str:
    package = importlib.util.find_spec("allauth.mfa")
    if package is None or package.origin is None:
        message = "django-allauth is not installed."
        raise FileNotFoundError(message)
    folder = Path(package.origin).parent / "static"
    paths = [*(folder / name for name in PASSKEY_SCRIPTS), STATIC / "js" / "passkey.js"]
    return ";\n".join(path.read_text(encoding="utf-8") for path in paths)


def _write(path: Path, text: str) -> None:
    """Write a file whose content differs, in one move, since another run may read it."""
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as file:
        file.write(text)
    os.chmod(file.name, 0o644)  # noqa: PTH101
    Path(file.name).replace(path)
