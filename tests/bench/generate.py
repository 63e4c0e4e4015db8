#!/usr/bin/env python3
"""Makes the batches `cargo xtask bench` measures with: CloudWatch Logs deliveries of a synthetic service.

    python3 tests/bench/generate.py DIRECTORY

Writes for 50, 1,000, 6,000 and 10,000 events `batch_N.json` (what Lambda receives: `{"awslogs":{"data":…}}`), `batch_N.b64` (its data)
and `batch_N.inner.json` (what is inside: the subscription message). Messages are JSON of some 540 bytes; 2 % are errors, with a stack.
The batch of 6,000 is the beginning of the batch of 10,000.

Needs Python 3.11 and nothing else. The inner JSON is the same on every machine; the compressed bytes may differ between zlib releases.
"""

import base64
import gzip
import json
import sys
import uuid
from pathlib import Path
from random import Random

SEED = 20261123
START_MS = 1_795_402_676_000
ERROR_SHARE = 0.02
GZIP_LEVEL = 6

PATHS = [
    "/api/v1/orders",
    "/api/v1/orders/{}",
    "/api/v1/users/{}",
    "/api/v1/users/{}/profile",
    "/api/v2/search",
    "/api/v2/cart/{}/items",
    "/health",
    "/api/v1/payments/{}",
    "/api/v1/inventory/{}",
    "/login",
]
USER_AGENTS = [
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148",
    "okhttp/4.12.0",
    "python-requests/2.32.3",
    "Dart/3.4 (dart:io)",
]
ERRORS = [
    ("DatabaseTimeoutError", "Connection to orders-db-{}.cluster.local:5432 timed out after {}ms"),
    ("ValidationError", "field 'email' invalid: user{}@example.com rejected (code {})"),
    ("KeyError", "'customer_{}' missing at offset {}"),
    ("UpstreamError", "POST https://payments.internal/charge/{} returned 50{}"),
]
MODULES = [
    "app.handlers.orders",
    "app.services.db",
    "app.services.payment",
    "app.lib.retry",
    "botocore.client",
    "urllib3.connectionpool",
    "app.main",
]
FUNCTIONS = ["handle", "execute", "call", "_invoke", "commit"]
METHODS = ["GET", "GET", "GET", "POST", "PUT", "DELETE"]
STATUSES = [200, 201, 204, 301, 304, 400, 401, 404, 429]
STATUS_WEIGHTS = [70, 8, 4, 1, 5, 4, 2, 5, 1]


def compact(value: object) -> str:
    """JSON without white space."""
    return json.dumps(value, separators=(",", ":"))


class Service:
    """The service that writes the log. The order of its draws is part of the data: another order is another log."""

    def __init__(self) -> None:
        self.random = Random(SEED)

    def stack(self, error: str) -> str:
        """A Python traceback of 6 to 14 frames."""
        lines = ["Traceback (most recent call last):"]
        for _ in range(self.random.randint(6, 14)):
            file = self.random.choice(MODULES).replace(".", "/")
            line = self.random.randint(10, 900)
            function = self.random.choice(FUNCTIONS)
            timeout = self.random.randint(1, 60)
            lines.append(f'  File "/var/task/{file}.py", line {line}, in {function}\n    return self._call(request, timeout={timeout})')
        return "\n".join([*lines, error])

    def message(self, time_ms: int) -> str:
        """One line: a request answered, or failed."""
        draw = self.random
        user = draw.randint(1000, 99999)
        path = draw.choice(PATHS).format(user)
        failed = draw.random() < ERROR_SHARE
        status = draw.choice([500, 502, 503, 504]) if failed else draw.choices(STATUSES, STATUS_WEIGHTS)[0]
        second, millisecond = divmod(time_ms, 1000)
        clock = f"{second // 3600 % 24:02d}:{second // 60 % 60:02d}:{second % 60:02d}.{millisecond:03d}"
        line = {
            "timestamp": f"2026-11-23T{clock}Z",
            "level": "ERROR" if failed else ("WARN" if status >= 400 else "INFO"),
            "logger": draw.choice(MODULES),
            "service": "orders-api",
            "env": "prod",
            "version": f"2.{draw.randint(1, 3)}.{draw.randint(0, 9)}",
            "request_id": str(uuid.UUID(int=draw.getrandbits(128), version=4)),
            "trace_id": f"{draw.getrandbits(128):032x}",
            "method": draw.choice(METHODS),
            "path": path,
            "status": status,
            "duration_ms": round(draw.lognormvariate(3.5, 1.0), 3),
            "bytes_out": draw.randint(120, 80000),
            "client_ip": f"{draw.randint(1, 223)}.{draw.randint(0, 255)}.{draw.randint(0, 255)}.{draw.randint(1, 254)}",
            "user_id": f"u_{user}",
            "user_agent": draw.choice(USER_AGENTS),
            "message": f"{path} completed with {status}",
        }
        if failed:
            kind, template = draw.choice(ERRORS)
            line["message"] = template.format(draw.randint(1, 9999), draw.randint(0, 9))
            line["error"] = {"type": kind, "message": line["message"], "stack": self.stack(f"{kind}: {line['message']}")}
        return compact(line)

    def batch(self, count: int) -> dict:
        """A subscription message of so many events, some 3 ms apart."""
        events = []
        for number in range(count):
            time_ms = START_MS + number * 3 + self.random.randint(0, 2)
            identity = f"{38 * 10**54 + self.random.getrandbits(100):056d}"
            events.append({"id": identity, "timestamp": time_ms, "message": self.message(time_ms)})
        return {
            "messageType": "DATA_MESSAGE",
            "owner": "123456789012",
            "logGroup": "/aws/lambda/orders-api-prod",
            "logStream": f"2026/11/23/[$LATEST]{self.random.getrandbits(128):032x}",
            "subscriptionFilters": ["to-metrics"],
            "logEvents": events,
        }


def write(directory: Path, batch: dict) -> None:
    """Writes the three files of a batch and says how large they are."""
    count = len(batch["logEvents"])
    inner = compact(batch).encode()
    # The header's time would make other bytes on each run.
    data = base64.b64encode(gzip.compress(inner, GZIP_LEVEL, mtime=0))
    (directory / f"batch_{count}.inner.json").write_bytes(inner)
    (directory / f"batch_{count}.b64").write_bytes(data)
    (directory / f"batch_{count}.json").write_bytes(b'{"awslogs":{"data":"' + data + b'"}}')
    mean = sum(len(event["message"]) for event in batch["logEvents"]) / count
    print(f"{count} events: {len(data)} bytes of base64, {len(inner)} inflated, {mean:.0f} a message")


def main(arguments: list[str]) -> int:
    """Runs the command; returns its exit code."""
    if len(arguments) != 1:
        print("usage: generate.py DIRECTORY", file=sys.stderr)
        return 2
    directory = Path(arguments[0])
    directory.mkdir(parents=True, exist_ok=True)
    service = Service()
    for count in (50, 1_000, 10_000):
        batch = service.batch(count)
        write(directory, batch)
    batch["logEvents"] = batch["logEvents"][:6_000]
    write(directory, batch)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
