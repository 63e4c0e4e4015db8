"""The shop's services as processes on this machine: started, asked over HTTP, and ended."""

import http.client
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

START_SECONDS = 60
STOP_SECONDS = 30


class ServiceFailed(Exception):
    """A service did not start, did not end, or broke off an answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service answered; `ended` is the moment of the day (microseconds) when the answer was complete."""

    status: int
    ended: int
    body: Any


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Service:
    """One process. Its log and its facts are files in a directory of its own."""

    def __init__(self, name: str, command: list[str], port: int, directory: Path, environment: Mapping[str, str]) -> None:
        self.log = directory / "log.jsonl"
        self.facts = directory / "facts.jsonl"
        self.errors = directory / "stderr.txt"
        self._name = name
        self._port = port
        directory.mkdir(parents=True)
        inherited = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
        with self.log.open("wb") as log, self.errors.open("wb") as errors:
            self._process = subprocess.Popen(
                command,
                cwd=directory,
                env={**inherited, **environment, "SHOP_FACTS": str(self.facts)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=errors,
            )
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=STOP_SECONDS)

    def wait_until_it_listens(self) -> None:
        """Returns once the service takes connections."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                self._connection.connect()
            except OSError:
                time.sleep(0.02)
            else:
                return
        raise self._failed("did not start")

    def ask(self, method: str, path: str, now: int, seed: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
        """Sends a request at that time (microseconds), and waits for the answer."""
        sent = {"x-shop-now": str(now), "x-shop-seed": seed, **(headers or {})}
        content = None
        if body is not None:
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            sent["content-type"] = "application/json"
        try:
            self._connection.request(method, path, content, sent)
            response = self._connection.getresponse()
            text = response.read()
        except (OSError, http.client.HTTPException) as error:
            raise self._failed(f"did not answer {method} {path} ({error!r})") from error
        ended = int(response.headers.get("x-shop-now", now))
        return Answer(response.status, ended, json.loads(text) if text.startswith(b"{") else None)

    def stop(self) -> None:
        """Ends the process as a deployment does, and waits until its log is complete."""
        self._connection.close()
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise self._failed("did not end") from None

    def kill(self) -> None:
        """Ends the process at once, if it still runs."""
        self._connection.close()
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def _failed(self, what: str) -> ServiceFailed:
        said = self.errors.read_text(errors="replace")[-4_000:]
        return ServiceFailed(f"{self._name} {what}; it said: {said or 'nothing'}")
