"""Lambda functions in Python.

    from skywarden.aws_lambda import handler

    @handler
    def lambda_handler(event, context):
        ...

Every line of an invocation has Lambda's id of it, the X-Ray trace id, whether it is a cold start, and, when API Gateway, a load balancer or a function URL
calls, the request's own ids. Its end is told in one line: as a request, with route and status, when it was one; else with the duration and the memory. An
exception is written with its traceback, with the lines that were kept back, and raised on. What was bound is gone with the invocation; metrics and lines
are written before Lambda freezes the process.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, overload

from skywarden import _native
from skywarden._errors import describe

__all__ = ["handler"]

Handler = TypeVar("Handler", bound=Callable[..., Any])

# Whether this process has not handled anything yet.
_cold = True


@overload
def handler(function: Handler, /) -> Handler: ...
@overload
def handler(*, flush_seconds: float = 2.0) -> Callable[[Handler], Handler]: ...


def handler(function: Any = None, /, *, flush_seconds: float = 2.0) -> Any:
    """Watches the invocations of a handler. ``flush_seconds`` is how long the end of an invocation waits for its lines to be written."""
    if function is None:
        return functools.partial(_wrapped, flush_seconds=flush_seconds)
    return _wrapped(function, flush_seconds=flush_seconds)


def _wrapped(function: Callable[..., Any], *, flush_seconds: float) -> Callable[..., Any]:
    @functools.wraps(function)
    def watched(event: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        global _cold
        cold, _cold = _cold, False
        # An environment that was kept ready had its start before anyone waited for it.
        cold = cold and os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") != "provisioned-concurrency"
        scope, route = _http_scope(event)
        request = _native.begin_invocation(
            scope,
            _text(getattr(context, "aws_request_id", None)),
            # The runtime keeps the environment current with each invocation.
            _xray_header(),
            cold,
        )
        token = _native.CONTEXT.set(request.context)
        try:
            result = function(event, context, *args, **kwargs)
        except BaseException as error:
            request.error(*describe(error))
            # What callers see of a function that failed.
            request.finish_invocation(scope is not None, route, 502, None, _memory(context))
            raise
        else:
            request.finish_invocation(scope is not None, route, _status(result), _size(result), _memory(context))
            return result
        finally:
            _native.CONTEXT.reset(token)
            _native.flush_metrics()
            _native.flush(flush_seconds, None)

    return watched


def _http_scope(event: Any) -> tuple[dict[str, Any] | None, str | None]:
    """An event of API Gateway (1.0 and 2.0), a function URL or a load balancer, as ASGI calls the parts of a request; and its route."""
    if not isinstance(event, Mapping):
        return None, None
    about = event.get("requestContext")
    if not isinstance(about, Mapping):
        return None, None
    http = about.get("http")
    if isinstance(http, Mapping):
        key = about.get("routeKey")
        route = key.partition(" ")[2] if isinstance(key, str) and " " in key else None
        method, path, client = http.get("method"), http.get("path"), http.get("sourceIp")
    elif "httpMethod" in event:
        identity = about.get("identity")
        method, path = event["httpMethod"], event.get("path")
        route = event.get("resource")
        client = identity.get("sourceIp") if isinstance(identity, Mapping) else None
    else:
        return None, None
    scope = {
        "type": "http",
        "method": _text(method) or "",
        "path": _text(path) or "",
        "headers": list(_headers(event)),
        "client": (client, 0) if isinstance(client, str) else None,
    }
    return scope, route if isinstance(route, str) else None


def _headers(event: Mapping[str, Any]) -> Any:
    several = event.get("multiValueHeaders")
    single = event.get("headers")
    if isinstance(several, Mapping):
        for name, values in several.items():
            for value in values if isinstance(values, list) else ():
                yield str(name).lower().encode("latin-1", "replace"), str(value).encode("latin-1", "replace")
    elif isinstance(single, Mapping):
        for name, value in single.items():
            yield str(name).lower().encode("latin-1", "replace"), str(value).encode("latin-1", "replace")


def _xray_header() -> str | None:
    return os.environ.get("_X_AMZN_TRACE_ID")


def _status(result: Any) -> int:
    """Status of the answer. API Gateway makes 200 of an answer that says none."""
    status = result.get("statusCode") if isinstance(result, Mapping) else None
    try:
        return int(status) if status is not None else 200
    except (TypeError, ValueError):
        # API Gateway answers 502 to such a result.
        return 502


def _size(result: Any) -> int | None:
    body = result.get("body") if isinstance(result, Mapping) else None
    return len(body) if isinstance(body, (str, bytes)) else None


def _memory(context: Any) -> int | None:
    try:
        return int(context.memory_limit_in_mb)
    except Exception:
        return None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
