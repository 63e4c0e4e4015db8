"""How the checkout service fails: its kinds of errors with the tracebacks its Python code would print.

Version 1.8.0 moved the shop's own code down by nine lines; the kinds must not split because of it.
"""

from typing import Any

from .journal import ErrorKind
from .stack import DIRECT_CAUSE, Frame, python_traceback

_SITE = "/var/lang/lib/python3.12/site-packages"
_TASK = "/var/task/shop"
_LINES_MOVED_IN_180 = 9
_REASONS = {500: "Internal Server Error", 502: "Bad Gateway", 504: "Gateway Timeout"}

GATEWAY_STATUS = ErrorKind(
    "checkout.payment-gateway-status", "checkout", "PaymentGatewayError", "HTTPStatusError", "dependency"
)
GATEWAY_TIMEOUT = ErrorKind(
    "checkout.payment-gateway-timeout", "checkout", "PaymentGatewayError", "ReadTimeout", "timeout.dependency"
)
CATALOG_TIMEOUT = ErrorKind(
    "checkout.catalog-timeout", "checkout", "CatalogUnavailable", "ReadTimeout", "timeout.dependency"
)
DISCOUNT_KEY = ErrorKind("checkout.discount-key", "checkout", "KeyError", "KeyError", "bug")
THROTTLED = ErrorKind(
    "checkout.dynamodb-throttled",
    "checkout",
    "ProvisionedThroughputExceededException",
    "ProvisionedThroughputExceededException",
    "throttling",
)
WEBHOOK_JSON = ErrorKind(
    "checkout.order-webhook-json", "checkout", "JSONDecodeError", "JSONDecodeError", "serialization"
)
VALIDATION = ErrorKind(
    "checkout.order-validation", "checkout", "RequestValidationError", "RequestValidationError", "validation"
)
NOT_FOUND = ErrorKind("checkout.cart-not-found", "checkout", "CartNotFound", "CartNotFound", "not_found")
CONFLICT = ErrorKind("checkout.stock-conflict", "checkout", "StockConflict", "StockConflict", "conflict")
TASK_TIMEOUT = ErrorKind("checkout.function-timeout", "checkout", None, None, "timeout.function")
OUT_OF_MEMORY = ErrorKind("checkout.out-of-memory", "checkout", "Runtime.ExitError", "Runtime.ExitError", "oom")

_HTTPX_SEND = (
    Frame(f"{_SITE}/httpx/_client.py", 1859, "post", "return await self.request("),
    Frame(f"{_SITE}/httpx/_client.py", 1540, "request", "return await self.send(request, auth=auth)"),
)
_HTTPX_READ = (
    *_HTTPX_SEND,
    Frame(f"{_SITE}/httpx/_transports/default.py", 393, "handle_async_request", "with map_httpcore_exceptions():"),
    Frame(
        f"{_SITE}/httpx/_transports/default.py", 118, "map_httpcore_exceptions", "raise mapped_exc(message) from exc"
    ),
)
_PLACE_ORDER = (
    Frame(f"{_TASK}/api/orders.py", 88, "create_order", "receipt = await payments.charge(order)"),
    Frame(f"{_TASK}/payments.py", 61, "charge", "raise PaymentGatewayError(order.id, reason) from exc"),
)


def _error(kind: ErrorKind, message: str, stack: str | None = None) -> dict[str, Any]:
    error: dict[str, Any] = {"type": kind.type, "message": message}
    if stack is not None:
        error["stack"] = stack
    return error


def _shift(version: str) -> int:
    return _LINES_MOVED_IN_180 if version == "1.8.0" else 0


def gateway_status(version: str, order: str, status: int) -> dict[str, Any]:
    """The payments service answered with that status, a 5xx."""
    shift = _shift(version)
    message = f"payments could not charge order {order}"
    cause = python_traceback(
        (
            Frame(f"{_TASK}/payments.py", 55, "charge", "response.raise_for_status()"),
            Frame(
                f"{_SITE}/httpx/_models.py",
                829,
                "raise_for_status",
                "raise HTTPStatusError(message, request=request, response=self)",
            ),
        ),
        "httpx.HTTPStatusError",
        f"Server error '{status} {_REASONS[status]}' for url 'http://payments.shop.internal:8080/payments'",
        shift,
    )
    outer = python_traceback(_PLACE_ORDER, "shop.errors.PaymentGatewayError", message, shift)
    return _error(GATEWAY_STATUS, message, cause + DIRECT_CAUSE + outer)


def gateway_timeout(version: str, order: str, waited_ms: float) -> dict[str, Any]:
    """The payments service did not answer in time."""
    shift = _shift(version)
    message = f"payments did not answer for order {order} within {waited_ms:.0f} ms"
    cause = python_traceback(
        (Frame(f"{_TASK}/payments.py", 53, "charge", "response = await client.post(url, json=body)"), *_HTTPX_READ),
        "httpx.ReadTimeout",
        "",
        shift,
    )
    outer = python_traceback(_PLACE_ORDER, "shop.errors.PaymentGatewayError", message, shift)
    return _error(GATEWAY_TIMEOUT, message, cause + DIRECT_CAUSE + outer)


def catalog_timeout(version: str, sku: int, waited_ms: float) -> dict[str, Any]:
    """The catalog service did not answer in time."""
    shift = _shift(version)
    message = f"catalog did not answer for sku {sku} within {waited_ms:.0f} ms"
    cause = python_traceback(
        (Frame(f"{_TASK}/catalog.py", 34, "price_of", "response = await client.post(url, json=query)"), *_HTTPX_READ),
        "httpx.ReadTimeout",
        "",
        shift,
    )
    outer = python_traceback(
        (
            Frame(f"{_TASK}/api/carts.py", 47, "priced", "price = await catalog.price_of(item.sku)"),
            Frame(f"{_TASK}/catalog.py", 38, "price_of", "raise CatalogUnavailable(sku) from exc"),
        ),
        "shop.errors.CatalogUnavailable",
        message,
        shift,
    )
    return _error(CATALOG_TIMEOUT, message, cause + DIRECT_CAUSE + outer)


def discount_key() -> dict[str, Any]:
    """The bug of version 1.8.0: carts written by 1.7.4 have no discount code."""
    stack = python_traceback(
        (
            Frame(f"{_TASK}/api/carts.py", 41, "read_cart", "return render(cart)"),
            Frame(
                f"{_TASK}/cart/render.py",
                23,
                "render",
                'code = cart.attributes["discount_code"]\n       ~~~~~~~~~~~~~~~^^^^^^^^^^^^^^^^^',
            ),
        ),
        "KeyError",
        "'discount_code'",
    )
    return _error(DISCOUNT_KEY, "'discount_code'", stack)


def throttled(version: str, cart: str) -> dict[str, Any]:
    """DynamoDB refused a write of the cart table."""
    message = (
        "An error occurred (ProvisionedThroughputExceededException) when calling the UpdateItem operation "
        f"(reached max retries: 4): the level of configured provisioned throughput of the table was exceeded, "
        f"cart {cart}"
    )
    stack = python_traceback(
        (
            Frame(f"{_TASK}/api/carts.py", 72, "add_item", "cart = await store.put_item(cart_id, item)"),
            Frame(f"{_TASK}/cart/store.py", 58, "put_item", "self._table.update_item(**request)"),
            Frame(
                f"{_SITE}/botocore/client.py", 602, "_api_call", "return self._make_api_call(operation_name, kwargs)"
            ),
            Frame(
                f"{_SITE}/botocore/client.py",
                1078,
                "_make_api_call",
                "raise error_class(parsed_response, operation_name)",
            ),
        ),
        "botocore.errorfactory.ProvisionedThroughputExceededException",
        message,
        _shift(version),
    )
    return _error(THROTTLED, message, stack)


def webhook_json(version: str, column: int, excerpt: str) -> dict[str, Any]:
    """A partner's answer to the order webhook was no JSON; the excerpt is what it sent."""
    message = f"Expecting value: line 1 column {column} (char {column - 1}), got {excerpt}"
    stack = python_traceback(
        (
            Frame(f"{_TASK}/background/webhooks.py", 37, "notify_partner", "answer = parse_answer(response.text)"),
            Frame(f"{_TASK}/background/webhooks.py", 52, "parse_answer", "return json.loads(text)"),
            Frame(
                "/var/lang/lib/python3.12/json/decoder.py",
                355,
                "raw_decode",
                'raise JSONDecodeError("Expecting value", s, err.value) from None',
            ),
        ),
        "json.decoder.JSONDecodeError",
        message,
        _shift(version),
    )
    return _error(WEBHOOK_JSON, message, stack)


def validation(item: int, quantity: int) -> dict[str, Any]:
    """A body that breaks the schema; answered with 422."""
    message = f"1 validation error for OrderRequest: items.{item}.quantity must be greater than 0 (got {quantity})"
    return _error(VALIDATION, message)


def not_found(cart: str) -> dict[str, Any]:
    """A cart that has expired; answered with 404."""
    return _error(NOT_FOUND, f"no cart with id {cart}")


def conflict(sku: int, wanted: int, left: int) -> dict[str, Any]:
    """More ordered than there is; answered with 409."""
    return _error(CONFLICT, f"stock of sku {sku} is too low: {wanted} wanted, {left} left")
