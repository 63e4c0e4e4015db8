"""What the Lambda platform adds to a function's log: containers, each with its stream, and lines in text format.

Real Lambda writes START, END and REPORT around every invocation. Here cold starts carry all three and so does one other
invocation in ten, and one that ends badly always has its END and REPORT: they are noise to the processors, and the
file has to stay small.
"""

from dataclasses import dataclass

from shop.rehearsal.dice import Dice, Quantiles

from .clock import HOUR, MINUTE, iso
from .journal import Fact, Journal

MEMORY_MB = 512
TIMEOUT_MS = 10_000

_IDLE_LIMIT = 12 * MINUTE
_LIFETIME = 2 * HOUR
_PLATFORM_LINES_SHARE = 1 / 10
_INIT_MS: Quantiles = ((0.0, 480), (0.5, 720), (0.95, 1080), (1.0, 1900))
_RUNTIME_ARN = "arn:aws:lambda:eu-west-1::runtime:8eae9c2a3f6c1d7b50e4f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6"


@dataclass(slots=True)
class Container:
    """A running copy of the function, serving one request at a time."""

    stream: str
    release: str
    born: int
    free_at: int


@dataclass(frozen=True, slots=True)
class Invocation:
    """A request in its container; `platform_lines` says whether START, END and REPORT are written around it."""

    request_id: str
    container: Container
    start: int
    cold: bool
    platform_lines: bool


class Function:
    """The function's pool of containers and the lines its platform writes to the journal."""

    def __init__(self, group: str, dice: Dice, journal: Journal) -> None:
        self._group = group
        self._dice = dice
        self._journal = journal
        self._containers: list[Container] = []

    def invoke(self, moment: int, request_id: str, release: str) -> Invocation:
        """Starts a request in the container last free, or in a new one; call in the order of time, then finish it."""
        self._containers = [
            container
            for container in self._containers
            if container.release == release
            and moment - container.free_at < _IDLE_LIMIT
            and moment - container.born < _LIFETIME
        ]
        free = [container for container in self._containers if container.free_at < moment]
        if free:
            container, cold = max(free, key=lambda container: container.free_at), False
        else:
            container, cold = self._new_container(moment, release), True
        invocation = Invocation(request_id, container, moment, cold, cold or self._dice.chance(_PLATFORM_LINES_SHARE))
        if invocation.platform_lines:
            self._write(container, moment, f"START RequestId: {request_id} Version: $LATEST\n")
        return invocation

    def finish(self, invocation: Invocation, duration_ms: float) -> None:
        """Ends a request that ran for that long."""
        end = invocation.start + int(duration_ms)
        invocation.container.free_at = end
        if invocation.platform_lines:
            self._write_end(invocation, end, duration_ms, self._dice.whole(138, 176), "")

    def time_out(self, invocation: Invocation, *facts: Fact) -> None:
        """Ends a request by the function's time-out; the container is lost."""
        end = invocation.start + TIMEOUT_MS
        seconds = f"{TIMEOUT_MS / 1000:.2f}"
        text = f"{iso(end)} {invocation.request_id} Task timed out after {seconds} seconds\n\n"
        self._write(invocation.container, end, text, *facts)
        self._write_end(invocation, end, float(TIMEOUT_MS), 171, "Status: timeout\t")
        self._containers.remove(invocation.container)

    def run_out_of_memory(self, invocation: Invocation, duration_ms: float, *facts: Fact) -> None:
        """Ends a request by the kernel's kill signal; the container is lost."""
        end = invocation.start + int(duration_ms)
        text = (
            f"RequestId: {invocation.request_id} Error: Runtime exited with error: signal: killed\nRuntime.ExitError\n"
        )
        self._write(invocation.container, end, text, *facts)
        status = "Status: error\tError Type: Runtime.ExitError\t"
        self._write_end(invocation, end, duration_ms, MEMORY_MB, status)
        self._containers.remove(invocation.container)

    def _new_container(self, moment: int, release: str) -> Container:
        stream = f"2026/11/20/[$LATEST]{self._dice.hex(32)}"
        container = Container(stream, release, moment, moment)
        self._containers.append(container)
        init_ms = self._dice.quantile(_INIT_MS)
        text = f"INIT_START Runtime Version: python:3.11.v94\tRuntime Version ARN: {_RUNTIME_ARN}\n"
        self._write(container, moment - int(init_ms), text)
        return container

    def _write_end(self, invocation: Invocation, end: int, duration_ms: float, used_mb: int, status: str) -> None:
        request_id = invocation.request_id
        self._write(invocation.container, end, f"END RequestId: {request_id}\n")
        report = (
            f"REPORT RequestId: {request_id}\tDuration: {duration_ms:.2f} ms\t"
            f"Billed Duration: {int(duration_ms) + 1} ms\tMemory Size: {MEMORY_MB} MB\t"
            f"Max Memory Used: {used_mb} MB\t{status}\n"
        )
        self._write(invocation.container, end, report)

    def _write(self, container: Container, moment: int, text: str, *facts: Fact) -> None:
        self._journal.add(moment, self._group, container.stream, text, *facts)
