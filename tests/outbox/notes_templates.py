"""Where the words of the tests' messages are; read by settings, so it imports nothing of Django."""

from pathlib import Path

FOLDER = str(Path(__file__).parent / "templates")
