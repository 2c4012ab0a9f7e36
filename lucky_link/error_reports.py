"""Error reports that give the place of an error, without the value of any variable or form field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.views.debug import SafeExceptionReporterFilter

if TYPE_CHECKING:
    from collections.abc import ItemsView
    from types import FrameType

    from django.http import HttpRequest


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
