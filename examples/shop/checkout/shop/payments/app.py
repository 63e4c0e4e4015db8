"""The application `payments`: `uvicorn shop.payments.app:application --port 8002`."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import skywarden.logging
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from skywarden import metrics
from skywarden.asgi import ObservabilityMiddleware

from ..rehearsal.door import Door
from . import cards, charges, settlement, webhooks
from .errors import IdempotencyConflict, PaymentsError

skywarden.logging.configure(Path(__file__).with_name("telemetry.toml"))

logger = logging.getLogger(__name__)


@asynccontextmanager
async def background(_: FastAPI) -> AsyncIterator[None]:
    """What the service does of itself. In a rehearsal the load script says when."""
    if os.environ.get("SHOP_FACTS"):
        yield
        return
    rounds = asyncio.create_task(settlement.run())
    yield
    rounds.cancel()


app = FastAPI(title="payments", lifespan=background)
app.add_middleware(ObservabilityMiddleware)
for module in (charges, cards, webhooks):
    app.include_router(module.router)


@app.exception_handler(PaymentsError)
async def answer(_: Request, error: PaymentsError) -> JSONResponse:
    """Answers for errors of ours. The line of a request that failed tells of its error; the others are told where they are understood."""
    if isinstance(error, IdempotencyConflict):
        logger.warning("refused", exc_info=error)
    return JSONResponse({"detail": str(error)}, error.status)


async def write_metrics() -> None:
    """Writes what was gathered. By hand that happens once a minute."""
    metrics.flush()


application = Door(app, "payments", jobs={"settlement": settlement.poll, "metrics": write_metrics})
