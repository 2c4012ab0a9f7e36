"""The health check of beat in the compose file, run beside a real beat."""

import os
import subprocess
import sys
import time
from pathlib import Path

import yaml

from lucky_link.local import valkey
from tests.outbox.processes import Valkey, wait_until

ROOT = Path(__file__).resolve().parents[2]
BEAT = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["beat"]


def is_healthy(environment: dict[str, str]) -> bool:
    kind, program, *arguments = BEAT["healthcheck"]["test"]
    assert (kind, program) == ("CMD", "python")
    done = subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, check=False)
    return done.returncode == 0


def test_beat_is_healthy_while_it_ticks_and_no_longer(tmp_path: Path) -> None:
    server = Valkey(tmp_path)
    environment = {**os.environ, "TMPDIR": str(tmp_path), "REDIS_URL": valkey.url(tmp_path)}
    assert not is_healthy(environment)
    command = [sys.executable, "-m", *BEAT["command"]]
    process = subprocess.Popen(
        command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_until(lambda: is_healthy(environment), "beat is healthy")
    finally:
        process.terminate()
        process.wait()
        server.kill()
    minute_ago = time.time() - 61
    os.utime(tmp_path / "beat-heartbeat", (minute_ago, minute_ago))
    assert not is_healthy(environment)
