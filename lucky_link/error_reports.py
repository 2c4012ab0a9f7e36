"""Error reports that give the place of an error, without the value of any variable or form field."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any, Final

from django.views.debug import SafeExceptionReporterFilter

if TYPE_CHECKING:
    from collections.abc import ItemsView
    from types import FrameType

    from django.http import HttpRequest


# The paths that are a secret themselves: whoever reads one in a log could follow it.
SECRET_PATHS: Final = re.compile(r"(/(?:calendrier|invitation|adresse|desabonnement)/)[^/\s?]+")


class SecretPathFilter(logging.Filter):
    """Takes the secret out of the path of a request before a line of the log is written."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Return True: every line is written, without the secret."""
        line = record.getMessage()
        if SECRET_PATHS.search(line):
            record.msg, record.args = SECRET_PATHS.sub(r"\1…", line), ()
        return True


class ValueFreeReporterFilter(SafeExceptionReporterFilter):
    """Hides every variable and every posted value, also under DEBUG: it may be part of an envelope."""

    def is_active(self, request: HttpRequest | None) -> bool:  # noqa: ARG002
        """Return True in every case."""
        return True

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        """Return the names of the posted fields, without the values."""
        return {} if request is None else dict.fromkeys(request.POST, self.cleansed_substitute)

    def get_traceback_frame_variables(
        self,
        request: HttpRequest | None,  # noqa: ARG002
        tb_frame: FrameType,
    ) -> ItemsView[str, Any]:
        """Return the names of the variables of a frame, without the values."""
        return dict.fromkeys(tb_frame.f_locals, self.cleansed_substitute).items()
