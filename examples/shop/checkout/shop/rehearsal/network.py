"""The network between the services, and what stands at the other end of it."""

import asyncio
import os
from collections.abc import Callable

import httpx
import skywarden

from .clock import clock
from .day import SECOND
from .dice import dice
from .door import NOW, SEED
from .facts import fault

_REFUSALS = {402: "declined", 409: "conflict"}
"""What services answer to what they understand and do not do."""


class Network(httpx.AsyncBaseTransport):
    """Carries requests to a service on this machine, or to a fake.

    In a rehearsal the clock travels with the request and comes back with the answer, and time-outs are those of the clock.
    What comes back broken is noted as a fault of the caller: `kind` names it by the request.
    """

    def __init__(self, other: httpx.AsyncBaseTransport | str, kind: Callable[[httpx.Request], str]) -> None:
        self._fake = None if isinstance(other, str) else other
        self._address = httpx.URL(other) if isinstance(other, str) else None
        self._wire = self._fake or httpx.AsyncHTTPTransport()
        self._kind = kind

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Sends the request, and waits for the answer as long as its time-out says."""
        limit = request.extensions.get("timeout", {}).get("read")
        sent = self._addressed(request)
        if not clock.held:
            try:
                async with asyncio.timeout(limit):
                    return await self._wire.handle_async_request(sent)
            except TimeoutError as error:
                raise httpx.ReadTimeout("", request=request) from error
        began = clock.now()
        sent.headers[NOW], sent.headers[SEED] = str(began), dice().name
        response = await self._wire.handle_async_request(sent)
        await response.aread()
        if NOW in response.headers:
            clock.hold(int(response.headers[NOW]))
        if limit is not None and clock.now() > began + limit * SECOND:
            clock.hold(began + round(limit * SECOND))
            fault(f"{self._kind(request)}-timeout")
            raise httpx.ReadTimeout("", request=request)
        if response.status_code >= 500:
            fault(f"{self._kind(request)}-status")
        elif response.status_code in _REFUSALS and self._fake is None:
            fault(f"{self._kind(request)}-{_REFUSALS[response.status_code]}", "WARNING")
        return response

    def _addressed(self, request: httpx.Request) -> httpx.Request:
        """A copy with the address on this machine: errors and log lines keep the name that was called."""
        url = request.url
        if self._address is not None:
            url = url.copy_with(scheme=self._address.scheme, host=self._address.host, port=self._address.port)
        return httpx.Request(request.method, url, headers=request.headers, stream=request.stream, extensions=request.extensions)


async def _hand_ids_on(request: httpx.Request) -> None:
    request.headers.update(skywarden.headers())


def client(
    name: str,
    base_url: str,
    timeout_ms: float,
    kind: Callable[[httpx.Request], str],
    fake: httpx.AsyncBaseTransport | None = None,
) -> httpx.AsyncClient:
    """A client of the service of that name: on this machine at the address the environment says (`PAYMENTS_URL`), or a fake."""
    other = fake or os.environ[f"{name.upper()}_URL"]
    return httpx.AsyncClient(
        base_url=base_url,
        timeout=timeout_ms / 1_000,
        transport=Network(other, kind),
        event_hooks={"request": [_hand_ids_on]},
    )
