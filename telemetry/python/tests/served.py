"""A real server on loopback, and the lines it writes."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
# How long anything that must happen is waited for; a machine that is busy with other work is slow.
PATIENCE = 60.0


class Served:
    """A running server: where it listens, and what it has written so far."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process = process
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.raw: list[str] = []
        self._news = threading.Condition()
        assert process.stdout is not None
        self._reader = threading.Thread(target=self._read, args=(process.stdout,), daemon=True)
        self._reader.start()

    def _read(self, stream: Any) -> None:
        for line in stream:
            with self._news:
                self.raw.append(line.decode().rstrip("\n"))
                self._news.notify_all()
        with self._news:
            self._news.notify_all()

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Lines of JSON written so far."""
        with self._news:
            return [json.loads(line) for line in self.raw if line.startswith("{")]

    def wait(self, condition: Callable[[list[dict[str, Any]]], Any]) -> Any:
        """Waits until the lines satisfy a condition, and gives what it gave."""
        found: Any = None

        def satisfied() -> bool:
            nonlocal found
            found = condition([json.loads(line) for line in self.raw if line.startswith("{")])
            return bool(found)

        with self._news:
            if not self._news.wait_for(satisfied, PATIENCE):
                raise AssertionError("waited in vain; written so far:\n" + "\n".join(self.raw[-40:]))
        return found

    def request_line(self, request_id: str) -> dict[str, Any]:
        """The line that tells of a request."""
        return self.wait(lambda lines: [line for line in lines if is_request(line) and line.get("request_id") == request_id])[0]  # type: ignore[no-any-return]

    def of_request(self, request_id: str) -> list[dict[str, Any]]:
        """Every line written on behalf of a request."""
        return [line for line in self.lines if line.get("request_id") == request_id]

    def stop(self) -> int:
        """Ends it as its supervisor would, and waits until everything is written."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        self._reader.join(PATIENCE)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


def is_request(line: dict[str, Any]) -> bool:
    """Whether a line is the one that tells of a request."""
    return line.get("logger") == "skywarden.request" and line.get("message") == "request"


@contextmanager
def serving(command: Callable[[int], list[str]], **environment: str) -> Iterator[Served]:
    """Runs a server that takes over a listening socket by its number."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(512)
        listener.set_inheritable(True)
        port = listener.getsockname()[1]
        process = subprocess.Popen(
            command(listener.fileno()),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=HERE,
            pass_fds=[listener.fileno()],
            env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
        )
    served = Served(process, port)
    try:
        yield served
    finally:
        served.stop()


def uvicorn(application: str, *arguments: str) -> Callable[[int], list[str]]:
    """uvicorn, on a socket."""
    return lambda fd: [sys.executable, "-m", "uvicorn", application, "--fd", str(fd), *arguments]
