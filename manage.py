"""Run a management command of Lucky Link."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lucky_link.settings")
    execute_from_command_line(sys.argv)
