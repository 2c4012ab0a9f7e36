"""Runs in the child process of inspections: takes what it should not get."""

import os
import socket
import sys
import tempfile
import time


def inspect(content, options):
    """Do what the file says, and report what came of it."""
    return {"seen": globals()[f"_{content.decode()}"](options)}, b""


def _nothing(options):
    return options


def _memory(_options):
    return len(bytearray(300_000_000))


def _time(_options):
    while True:
        pass


def _sleep(_options):
    time.sleep(60)


def _output(_options):
    with tempfile.TemporaryFile() as answer:
        while True:
            answer.write(bytes(1_000_000))


def _death(_options):
    os.abort()


def _error(_options):
    raise ValueError


def _files(_options):
    return len([socket.socket() for _socket in range(200)])


def _environment(_options):
    return dict(os.environ)


def _modules(_options):
    return sorted({name.partition(".")[0] for name in sys.modules})


def _processes(_options):
    global earlier
    earlier, former = True, "earlier" in globals()
    return [os.getppid(), os.getpid(), former]


def _murder(_options):
    os.kill(os.getppid(), 9)
    time.sleep(60)
