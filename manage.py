"""Run a management command of Lucky Link."""

import os
import sys

from django.conf import settings
from django.core.management import execute_from_command_line
from django.db import connection

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lucky_link.settings")
    try:
        execute_from_command_line(sys.argv)
    finally:
        # Left open, the pool waits at exit for threads that no longer run: five seconds for each.
        if settings.configured:
            connection.close_pool()
