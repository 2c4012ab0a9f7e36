"""Real processes for the tests of the worker: Valkey, Celery, and a mail server that can be cruel."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import redis
from aiosmtpd.controller import Controller

from lucky_link.local import valkey
from tests import database_owner
from tests.guards.mail import Sink, free_port

PATIENCE = 120


class StallingSink(Sink):
    """A mail server that takes the mail number `stall_at` and then never says so."""

    stall_at = 0

    def __init__(self, *args):
        super().__init__(*args)
        self.stalled = threading.Event()

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        answer = await super().handle_DATA(server, session, envelope)
        if len(self.mails) == self.stall_at and not self.stalled.is_set():
            self.stalled.set()
            await asyncio.sleep(PATIENCE)
        return answer


@contextmanager
def mail_server():
    sink = StallingSink("127.0.0.1", free_port())
    controller = Controller(sink, hostname=sink.host, port=sink.port)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()


class Process:
    """A process of its own group, so that a kill reaches its children."""

    def __init__(self, command, log, **environment):
        self.log = log
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                command,
                stdout=output,
                stderr=output,
                env={**os.environ, **environment},
                start_new_session=True,
            )

    @property
    def has_ended(self):
        return self.process.poll() is not None

    def kill(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Valkey(Process):
    def __init__(self, folder):
        super().__init__(valkey.service(folder, folder / "valkey.log").command, folder / "valkey.log")
        wait_until(lambda: valkey.is_ready(folder), "Valkey answers")

    @staticmethod
    def flush(folder):
        with redis.Redis(unix_socket_path=str(valkey.socket_path(folder))) as session:
            session.flushall()


class Worker(Process):
    """One worker with its beat, on the database of the test."""

    def __init__(self, folder, sink):
        command = [
            sys.executable, "-m", "celery", "--app", "tests.outbox.worker", "worker", "--beat", "--concurrency", "1",
            "--loglevel", "INFO", "--without-gossip", "--without-mingle",
        ]  # fmt: skip
        super().__init__(
            command,
            folder / "worker.log",
            DJANGO_SETTINGS_MODULE="tests.outbox.worker_settings",
            DATABASE_URL=database_owner.application_url(),
            DATABASE_OWNER_URL="",
            REDIS_URL=valkey.url(folder),
            EMAIL_URL=f"smtp://{sink.host}:{sink.port}",
            SECRET_KEY="a key for tests only, long enough to satisfy every check of it",
            PYTHONPATH=str(Path(__file__).resolve().parents[2]),
        )


def wait_until(holds, what):
    """Wait until `holds()` is true; fail with `what` after two minutes."""
    end = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > end:
            message = f"Waited in vain until {what}"
            raise AssertionError(message)
        time.sleep(0.05)
