"""The product's own server goes on answering while many addresses send it hostile files."""

from __future__ import annotations

import http.client
import os
import re
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.hostile_pdfs import corpus

pytestmark = [pytest.mark.audit, pytest.mark.django_db(transaction=True)]
SENDERS = 6
SECONDS = 20
TOKEN = "x" * 32


@pytest.fixture
def server() -> Iterator[tuple[int, int]]:
    """Serve the test database as `./luckylink up` does; yield the port and the process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    database = connection.settings_dict
    host = database["OPTIONS"].get("host") or database["HOST"]
    user = database["OPTIONS"].get("user") or database["USER"]
    environment = {
        **os.environ,
        "DATABASE_URL": f"postgresql:///{database['NAME']}?host={host}&user={user}",
        "DJANGO_SETTINGS_MODULE": "lucky_link.settings",
        "SECRET_KEY": settings.SECRET_KEY,
        "LUCKY_LINK_EMBEDDED": "1",
        "TRUSTED_PROXY_COUNT": "1",
    }
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port)]
    command += ["--workers", "2", "--blocking-threads", "4", "--no-access-log", "--log-level", "error"]
    process = subprocess.Popen([*command, "lucky_link.wsgi:application"], env=environment)
    try:
        for _try in range(600):
            try:
                get(port, "/verifier/")
            except OSError:
                time.sleep(0.2)
            else:
                break
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(timeout=20)


def get(port: int, address: str) -> float:
    """Return the duration of one request, which succeeds."""
    started = time.perf_counter()
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    line.request("GET", address, headers={"Host": "localhost"})
    answer = line.getresponse()
    answer.read()
    line.close()
    assert answer.status == 200
    return time.perf_counter() - started


def send(port: int, content: bytes, address: str) -> tuple[int, float]:
    """Return the status and the duration of the verification of a file, as a browser at `address` asks for it."""
    head = b'--edge\r\nContent-Disposition: form-data; name="pdf"; filename="a.pdf"\r\n\r\n'
    headers = {
        "Host": "localhost",
        "Cookie": f"{settings.CSRF_COOKIE_NAME}={TOKEN}",
        "X-CSRFToken": TOKEN,
        "X-Forwarded-For": address,
        "Content-Type": "multipart/form-data; boundary=edge",
    }
    started = time.perf_counter()
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    line.request("POST", "/verifier/", head + content + b"\r\n--edge--\r\n", headers)
    answer = line.getresponse()
    answer.read()
    line.close()
    return answer.status, time.perf_counter() - started


def peak_memory(parent: int) -> int:
    """Return the largest resident size in kB of the server and of its workers, without those who inspect files."""
    sizes = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            status = (process / "status").read_text()
            command = (process / "cmdline").read_bytes()
        except OSError:
            continue
        of_server = re.search(rf"^(?:PPid|Pid):\s+{parent}$", status, re.MULTILINE)
        size = re.search(r"^VmHWM:\s+(\d+)", status, re.MULTILINE)
        if of_server and size and b"inspection/worker.py" not in command:
            sizes.append(int(size[1]))
    return max(sizes)


class Senders:
    """Addresses that send hostile files one after the other, all at once, until `stop`."""

    def __init__(self, port: int) -> None:
        files = sorted((name, content) for name, content in corpus().items() if len(content) < 2_000_000)
        self._files = [content for name, content in files if name.startswith(("bombs", "sizes", "depths"))]
        self._port, self._is_over = port, threading.Event()
        self._threads = [threading.Thread(target=self._send, args=(number,)) for number in range(SENDERS)]
        self.answers: list[tuple[int, float]] = []
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def _send(self, sender: int) -> None:
        number = sender
        while not self._is_over.is_set():
            number += SENDERS
            content = self._files[number % len(self._files)]
            self.answers.append(send(self._port, content, f"198.51.{sender}.{number % 250}"))


def test_pages_are_served_while_many_addresses_send_hostile_files(server):
    port, process = server
    for _time in range(20):
        get(port, "/verifier/")
    memory = peak_memory(process)
    senders, pages = Senders(port), []
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        pages.append(get(port, "/verifier/"))
        time.sleep(0.1)
    senders.stop()
    statuses = {status for status, _duration in senders.answers}
    durations = [duration for _status, duration in senders.answers]
    measured = f"{len(durations)} files {max(durations):.2f} s, pages {statistics.median(pages)} {max(pages)}"
    assert statuses <= {200, 422, 429, 503}, measured
    assert statuses & {200, 422}, measured
    # A request also waits for one of the threads of the server.
    assert max(durations) < 8, measured
    assert statistics.median(pages) < 1, measured
    assert max(pages) < 5, measured
    assert peak_memory(process) - memory < 128 * 1024
