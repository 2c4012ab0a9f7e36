"""Runs in a child process: the PDF of an HTML page, within limits.

Run as a script: `python -I pdf_child.py`. It reads the page from its standard input, writes the PDF to its
standard output, and loads nothing but the fonts and the style sheet of the product.
"""

from __future__ import annotations

import importlib
import os
import resource
import sys
from pathlib import Path
from typing import Final

MEMORY_BYTES: Final = 1024 * 1024 * 1024
CPU_SECONDS: Final = 30
NICENESS: Final = 5
LIMITS: Final = {
    resource.RLIMIT_AS: MEMORY_BYTES,
    resource.RLIMIT_CPU: CPU_SECONDS,
    resource.RLIMIT_CORE: 0,
}


def main() -> None:
    """Write the PDF of the page that is read."""
    for limit, value in LIMITS.items():
        resource.setrlimit(limit, (value, value))
    os.nice(NICENESS)
    # -I leaves the folder of the product out of the path; last, so that it hides no other package.
    sys.path.append(str(Path(__file__).resolve().parents[2]))
    # It loads slowly, so the limits come first.
    writer = importlib.import_module("partnerships.text_files.pdf_writer")
    page = sys.stdin.buffer.read().decode()
    sys.stdout.buffer.write(writer.pdf(page))


if __name__ == "__main__":
    main()
