"""Run a command of ./luckylink: `python -m lucky_link COMMAND`."""

import sys

from lucky_link.local.commands import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
