"""The application `checkout`: `uvicorn shop.checkout.app:application --port 8001`."""

import json
import logging
from pathlib import Path
from typing import Annotated

import skywarden
import skywarden.logging
from fastapi import Depends, FastAPI, Header, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from skywarden import metrics
from skywarden.asgi import ObservabilityMiddleware

from ..rehearsal.door import Door
from ..rehearsal.tables import version
from . import carts, hooks, orders, shipping
from .errors import ShopError

skywarden.logging.configure(Path(__file__).with_name("telemetry.toml"), version=version())

logger = logging.getLogger(__name__)


async def invocation(x_amzn_lambda_context: Annotated[str | None, Header()] = None) -> None:
    """Binds Lambda's id of the invocation, which the Lambda Web Adapter hands over in a header."""
    if x_amzn_lambda_context is not None:
        skywarden.bind(function_request_id=json.loads(x_amzn_lambda_context)["request_id"])


app = FastAPI(title="checkout", dependencies=[Depends(invocation)])
app.add_middleware(ObservabilityMiddleware)
for module in (carts, orders, shipping, hooks):
    app.include_router(module.router)


@app.exception_handler(ShopError)
async def answer(_: Request, error: ShopError) -> JSONResponse:
    """Answers for errors of ours. The line of a request that failed tells of its error; what the customer did is a line of its own."""
    if error.status < 500:
        logger.warning("refused", exc_info=error)
    return JSONResponse({"detail": str(error)}, error.status)


@app.exception_handler(RequestValidationError)
async def answer_to_invalid(_: Request, error: RequestValidationError) -> JSONResponse:
    """Answers for bodies that are not what they should be."""
    logger.warning("refused", exc_info=error)
    return JSONResponse({"detail": "the body is not valid"}, 422)


async def write_metrics() -> None:
    """What was gathered is written, at the latest before Lambda freezes the process."""
    metrics.flush()


application = Door(app, "checkout", jobs={"metrics": write_metrics}, on_lambda=True)
