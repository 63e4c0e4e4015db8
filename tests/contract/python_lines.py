"""Lines of the Python package, freshly written to standard output: every key of the schema, values of every kind, and what makes
lines unusual. The contract test holds each of them against core and the JSON Schema."""

import asyncio
import datetime
import decimal
import enum
import logging
import pathlib
import sys
import uuid
import warnings

import httpx
import skywarden
import skywarden.logging
import skywarden.structlog
import structlog
from fastapi import BackgroundTasks, FastAPI, Request, WebSocket
from fastapi.responses import PlainTextResponse, StreamingResponse
from skywarden import aws_lambda, metrics
from skywarden.asgi import ObservabilityMiddleware

BASE = {"project": "shop", "service": "orders", "environment": "prod", "version": "1.2.3"}

logger = logging.getLogger("orders.api")


class Colour(enum.Enum):
    """A value that JSON does not know."""

    RED = "red"


class Hostile:
    """A value that does not want to be written."""

    def __repr__(self) -> str:
        raise RuntimeError("no")


def levels() -> None:
    """Every level, and one that has no name."""
    for level in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL, 35):
        logger.log(level, "at level %d", level)


def values() -> None:
    """Values of every kind, and those that no JSON has."""
    cyclic: list[object] = [1]
    cyclic.append(cyclic)
    logger.info("numbers", extra={"whole": 0, "negative": -1, "wide": 2**200, "half": 0.5, "tiny": 5e-324, "huge": 1e300})
    logger.info("no numbers", extra={"nan": float("nan"), "infinite": float("-inf")})
    logger.info("flags", extra={"yes": True, "no": False, "nothing": None})
    logger.info("texts", extra={"text": "čaj お茶 \u202ertl\u202c 👩‍👩‍👧‍👦", "controls": '\0\x01\t\r\n\x7f\u2028"\\/', "half": "\ud800", "empty": ""})
    logger.info("nested", extra={"order": {"items": [{"sku": 1, "tags": ["a", None]}, {}], 1: "one", None: 2}, "set": {3}, "tuple": (1, 2)})
    logger.info("deep", extra={"deep": [[[[[[[[[[1]]]]]]]]]]})
    logger.info(
        "other types",
        extra={
            "at": datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.timezone.utc),
            "day": datetime.date(2026, 11, 20),
            "amount": decimal.Decimal("12.50"),
            "id": uuid.UUID(int=7),
            "colour": Colour.RED,
            "path": pathlib.PurePosixPath("/tmp/x"),
            "raw": b"\xff\x00",
            "cyclic": cyclic,
            "hostile": Hostile(),
        },
    )
    logger.info("a message\nof two lines with %s", '"quotes"')
    logger.info("")


def names() -> None:
    """Names of fields that mean something elsewhere."""
    logger.info("names of the schema", extra={"timestamp": "mine", "level": "mine", "service": "mine", "schema": "mine", "fields": "mine", "http": 1})
    logger.info("special names", extra={"@type": 1, "a.b": 2, "with space": 3, "ключ": 4, "": 5})


def contexts() -> None:
    """What is bound."""
    skywarden.bind(
        request_id="a78beb7e-0787-40de-af96-0063bc67ba94",
        correlation_id="c-1",
        user_id=42,
        tenant_id="blue",
        trace_id="0af7651916cd43dd8448eb211c80319c",
        span_id="b7ad6b7169203331",
        trace_flags="01",
        xray_trace_id="1-5759e988-bd862e3fe1be46a994272793",
        function_request_id="52fdfc07-2182-454f-963f-5f0f9a621d72",
        cold_start=True,
        order=7,
    )
    logger.info("bound", extra={"amount": 12.5})
    with skywarden.scope(order=8, item="tea"):
        logger.info("nearer wins", extra={"item": "coffee"})
    skywarden.clear()


def errors() -> None:
    """Exceptions: with causes, in groups, without a traceback, and one that cannot be printed."""

    class Unprintable(Exception):
        def __str__(self) -> str:
            raise RuntimeError("no")

    def raised(error: BaseException, cause: BaseException | None = None) -> BaseException:
        try:
            raise error from cause
        except BaseException as caught:
            return caught

    cause = raised(KeyError("code"))
    for error in (raised(ValueError("refused"), cause), ValueError("never raised"), raised(Unprintable())):
        logger.error("failed", exc_info=error)
        skywarden.capture_exception(error, order_id=7)
    if sys.version_info >= (3, 11):
        logger.warning("several", exc_info=raised(ExceptionGroup("several", [ValueError("one"), KeyError("two")])))
    logger.error("without an exception")
    logger.info("with its stack", stack_info=True)


def secrets() -> None:
    """What must not be written."""
    logger.info("refund to 4111 1111 1111 1111 asked by %s", "anna@example.com", extra={"password": "hunter2", "headers": {"Authorization": "Bearer x"}})


app = FastAPI()
app.add_middleware(ObservabilityMiddleware)


@app.get("/orders/{order_id}")
async def read(order_id: int, background: BackgroundTasks) -> dict[str, int]:
    """An ordinary request."""
    background.add_task(logger.info, "in the background")
    return {"order_id": order_id}


@app.post("/orders")
async def place(request: Request) -> PlainTextResponse:
    """A request with a body."""
    return PlainTextResponse(await request.body(), headers={"x-cache": "miss"})


@app.get("/fails")
async def fails() -> None:
    """A request that fails, with quiet lines before it."""
    for number in range(40):
        logger.debug("kept back", extra={"number": number, "text": "x" * 100})
    raise KeyError("code")


@app.get("/streams")
async def streams() -> StreamingResponse:
    """A body in pieces."""

    async def pieces():  # type: ignore[no-untyped-def]
        for piece in ("a", "b"):
            yield piece

    return StreamingResponse(pieces())


@app.websocket("/socket")
async def socket(websocket: WebSocket) -> None:
    """A websocket."""
    await websocket.accept()
    await websocket.send_text("hello")
    await websocket.close()


async def requests() -> None:
    """Requests that end in every way."""
    transport = httpx.ASGITransport(app=app, client=("203.0.113.9", 7), raise_app_exceptions=False)
    headers = {"x-client": "corpus/1", "user-agent": "corpus"}
    async with httpx.AsyncClient(transport=transport, base_url="http://shop", headers=headers) as client:
        trace = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "x-request-id": "r-1", "x-correlation-id": "c-1"}
        await client.get("/orders/42?token=secret", headers=trace)
        await client.get("/orders/43", headers={"x-amzn-trace-id": "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1"})
        await client.get("/orders/no-number")
        await client.post("/orders", content='{"card":"4111 1111 1111 1111"}', headers={"content-type": "application/json"})
        for path in ("/fails", "/streams", "/nowhere"):
            await client.get(path)
    await talk("/socket")
    await hang_up("/orders/44")


async def talk(path: str) -> None:
    """Opens a websocket, and lets the application close it."""
    incoming = iter([{"type": "websocket.connect"}, {"type": "websocket.disconnect", "code": 1000}])

    async def receive() -> dict[str, object]:
        return next(incoming)  # type: ignore[return-value]

    async def send(_: object) -> None:
        return None

    await app({**_scope(path), "type": "websocket", "scheme": "ws", "subprotocols": []}, receive, send)  # type: ignore[arg-type]


async def hang_up(path: str) -> None:
    """A client that goes away before it has the answer."""

    async def receive() -> dict[str, object]:
        return {"type": "http.disconnect"}

    async def send(_: object) -> None:
        raise OSError("the client has gone")

    try:
        await app({**_scope(path), "type": "http", "scheme": "http", "method": "GET"}, receive, send)  # type: ignore[arg-type]
    except OSError:
        pass


def _scope(path: str) -> dict[str, object]:
    return {"asgi": {"version": "3.0"}, "http_version": "1.1", "path": path, "raw_path": path.encode(), "query_string": b"", "headers": []}


class Context:
    """What Lambda gives a handler."""

    aws_request_id = "52fdfc07-2182-454f-963f-5f0f9a621d72"
    function_name = "shop-checkout"
    memory_limit_in_mb = "512"


@aws_lambda.handler
def handle(event: dict[str, object], context: Context) -> dict[str, object]:
    """A function."""
    logger.info("handled")
    if event.get("fails"):
        raise ValueError("no")
    return {"statusCode": 200, "body": "ok"}


def invocations() -> None:
    """A function's invocations, one of them for API Gateway, one that fails."""
    http = {"http": {"method": "GET", "path": "/orders/1", "sourceIp": "203.0.113.9"}, "routeKey": "GET /orders/{id}"}
    handle({"requestContext": http, "headers": {"x-request-id": "r-2"}}, Context())
    handle({}, Context())
    try:
        handle({"fails": True}, Context())
    except ValueError:
        pass


def measures() -> None:
    """Metrics of every kind."""
    metrics.count("OrdersPlaced", 3)
    metrics.count("OrdersPlaced", Currency="EUR", Country="čaj")
    metrics.gauge("QueueDepth", -2.5)
    for value in (0.5, 12.5, 12.5, 1e6):
        metrics.distribution("OrderValue", value, unit=metrics.Unit.NONE, Currency="GBP")
    with metrics.timer("PaymentTime"):
        pass
    metrics.flush()


def by_structlog() -> None:
    """The same through structlog."""
    log = structlog.get_logger("orders.api").bind(order=7)
    log.info("order placed", amount=12.5, nested={"a": [1]})
    try:
        raise ValueError("refused")
    except ValueError:
        log.exception("failed")


def main() -> None:
    """Writes the corpus."""
    warnings.simplefilter("ignore")
    configure = skywarden.logging.configure
    configure(**BASE, level="DEBUG", location=True, hooks=False)
    for part in (levels, values, names, contexts, errors, secrets, measures):
        part()
    configure(**BASE, limits={"fields": 3, "value": 64}, hooks=False)
    logger.info("too many fields", extra={name: 1 for name in "abcde"})
    logger.info("too long a value", extra={"text": "long " * 200})
    configure(**BASE, sampling={"first": 1, "then": 2}, hooks=False)
    for _ in range(4):
        logger.info("often")
    told = {"request_headers": ["x-client"], "response_headers": ["x-cache"], "body": "64B"}
    configure(**BASE, buffer={"bytes": "2KiB"}, requests=told, metrics={"builtin": True, "by_route": True}, hooks=False)
    asyncio.run(requests())
    invocations()
    skywarden.structlog.configure(**BASE, hooks=False)
    by_structlog()
    skywarden.flush(10.0)


if __name__ == "__main__":
    main()
