"""Runs in a child process: the PDF of what is printed as a charter is, within limits.

Run as a script: `python -I print_child.py`. It reads a `charter.prints.Print` as JSON from its standard
input, and writes the PDF to its standard output.
"""

from __future__ import annotations

import importlib
import os
import resource
import sys
from pathlib import Path
from typing import Final

LIMITS: Final = {
    resource.RLIMIT_AS: 1024 * 1024 * 1024,
    resource.RLIMIT_CPU: 30,
    resource.RLIMIT_CORE: 0,
}
NICENESS: Final = 5


def main() -> None:
    """Write the PDF of what is read."""
    for limit, value in LIMITS.items():
        resource.setrlimit(limit, (value, value))
    os.nice(NICENESS)
    # -I leaves the folder of the product out of the path; last, so that it hides no other package.
    sys.path.append(str(Path(__file__).resolve().parents[2]))
    # It loads slowly, so the limits come first.
    printing = importlib.import_module("partnerships.charter.pdf.printing")
    prints = importlib.import_module("partnerships.charter.pdf.prints")
    sys.stdout.buffer.write(printing.pdf_of(prints.from_json(sys.stdin.buffer.read())))


if __name__ == "__main__":
    main()
