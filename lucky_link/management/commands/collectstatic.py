"""`collectstatic`, which first makes what browsers load from its sources."""

from typing import Any

from django.contrib.staticfiles.management.commands import collectstatic

from lucky_link.local import web_files


class Command(collectstatic.Command):
    help = "Make the style sheet, the fonts and the scripts of the pages; collect all static files."

    def handle(self, **options: Any) -> str | None:
        """Leave out what no browser loads: the sources of what is made, and the fonts of the PDF."""
        web_files.build_all()
        ignored = [*options["ignore_patterns"], *web_files.NOT_SERVED]
        return super().handle(**{**options, "ignore_patterns": ignored})
