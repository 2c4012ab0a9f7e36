"""Entry point of the child process: limits itself, reads a request from stdin, writes an answer.

Run as a script: `python -I worker.py MODULE DESCRIPTOR`. It writes READY to stdout once `MODULE` is imported.
The request, from stdin, is one line of JSON and the content of the file; the answer, to the file of that
descriptor, is one line of JSON and the file rewritten, or nothing. `MODULE` has a function
`inspect(content, options)` that returns both parts of the answer.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import sys
from pathlib import Path
from typing import Final

MEMORY_BYTES: Final = 256 * 1024 * 1024
CPU_SECONDS: Final = 3
OUTPUT_BYTES: Final = 16 * 1024 * 1024
OPEN_FILES: Final = 64
NICENESS: Final = 5
READY: Final = b"+"
LIMITS: Final = {
    resource.RLIMIT_AS: MEMORY_BYTES,
    resource.RLIMIT_CPU: CPU_SECONDS,
    resource.RLIMIT_FSIZE: OUTPUT_BYTES,
    resource.RLIMIT_NOFILE: OPEN_FILES,
    resource.RLIMIT_CORE: 0,
    # No further process and no thread; the superuser is exempt.
    resource.RLIMIT_NPROC: 0,
}


def main() -> None:
    """Answer one request. A limit that is met is answered, or ends the process."""
    for limit, value in LIMITS.items():
        resource.setrlimit(limit, (value, value))
    # -I leaves the folder of the product out of the path; last, so that it hides no other package.
    sys.path.append(str(Path(__file__).resolve().parents[2]))
    module = importlib.import_module(sys.argv[1])
    # After the imports, for which somebody may be waiting.
    os.nice(NICENESS)
    os.write(sys.stdout.fileno(), READY)
    request = sys.stdin.buffer.read()
    if not request:
        # The process that started this one has ended, or needs it no more.
        return
    options, _separator, content = request.partition(b"\n")
    try:
        facts, rewritten = module.inspect(content, json.loads(options))
    except (MemoryError, RecursionError):
        facts, rewritten = {"limit": True}, b""
    with os.fdopen(int(sys.argv[2]), "wb") as answer:
        answer.write(json.dumps(facts).encode() + b"\n" + rewritten)


if __name__ == "__main__":
    main()
