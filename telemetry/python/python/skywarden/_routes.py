"""Route templates: what a request's path is an instance of, as Starlette and FastAPI matched it.

The template, and never the path, is what requests are counted by: there are few templates and any number of paths.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Any

__all__ = ["RouteTemplates"]

# Most endpoints and routes whose templates are remembered; applications that make routes while they run must not grow this without bound.
_MAX_REMEMBERED = 4096


class RouteTemplates:
    """Finds the route templates of one application's requests, and remembers what it had to search for."""

    __slots__ = ("_by_endpoint",)

    def __init__(self) -> None:
        # Endpoint's identity -> the endpoint (so that the identity stays its own), and the routes that lead to it.
        self._by_endpoint: dict[int, tuple[object, list[tuple[Any, str]]]] = {}

    def template(self, scope: MutableMapping[str, Any]) -> str | None:
        """Template of the route that took the request, mounts included; none when none did.

        To be asked when the application has seen the scope: routing writes into it.
        """
        endpoint = scope.get("endpoint")
        route = scope.get("route")
        if route is not None:
            # FastAPI from 0.13x on keeps included routers as they are; the route then knows only the end of its path.
            included = scope.get("fastapi")
            context = included.get("effective_route_context") if type(included) is dict else None
            if context is not None and context.original_route is route:
                template = getattr(getattr(context, "starlette_route", None), "path_format", None) or context.path_format
            else:
                template = getattr(route, "path_format", None) or getattr(route, "path", None)
        elif endpoint is not None:
            template = self._searched(scope, endpoint)
        else:
            return None
        if template is None:
            return None
        if "app_root_path" not in scope:
            return template  # type: ignore[no-any-return]
        return _mounted_at(scope, template) + template  # type: ignore[no-any-return]

    def _searched(self, scope: MutableMapping[str, Any], endpoint: object) -> str | None:
        """Template of a route known by its endpoint alone, as Starlette's own routes are."""
        known = self._by_endpoint.get(id(endpoint))
        if known is None:
            router = scope.get("router") or scope.get("app")
            found = [] if router is None else list(_routes_to(endpoint, router, 0))
            if not found:
                return None
            if len(self._by_endpoint) >= _MAX_REMEMBERED:
                self._by_endpoint.clear()
            known = self._by_endpoint[id(endpoint)] = (endpoint, found)
        routes = known[1]
        if len(routes) == 1:
            return routes[0][1]
        path = _rest_of_path(scope)
        for pattern, template in routes:
            if pattern.match(path):
                return template
        return None


def _mounted_at(scope: MutableMapping[str, Any], template: str) -> str:
    """Template of the mounts above the route. What the mounts' own parameters stand for is put back to their names."""
    root: str = scope.get("root_path", "")
    before: str = scope["app_root_path"]
    prefix = root[len(before) :] if root.startswith(before) else root
    parameters: dict[str, Any] = scope.get("path_params") or {}
    if not prefix or not parameters:
        return prefix
    outer = {str(value): name for name, value in parameters.items() if f"{{{name}}}" not in template}
    if not outer:
        return prefix
    return "/".join(f"{{{outer[segment]}}}" if segment in outer else segment for segment in prefix.split("/"))


def _routes_to(endpoint: object, router: object, depth: int) -> Iterator[tuple[Any, str]]:
    """Pattern and template of every route below a router that leads to an endpoint."""
    if depth > 8:
        return
    for route in getattr(router, "routes", None) or ():
        pattern, template = getattr(route, "path_regex", None), getattr(route, "path_format", None)
        inner = getattr(route, "routes", None)
        if getattr(route, "endpoint", None) is endpoint or getattr(route, "endpoint", None) == endpoint:
            if pattern is not None and template is not None:
                yield pattern, template
        elif inner:
            yield from _routes_to(endpoint, route, depth + 1)
        elif getattr(route, "app", None) is endpoint and template is not None:
            # A mounted application without routes of its own, such as static files: the mount is already in the root path.
            yield pattern, "/" + template.rpartition("/")[2]
        else:
            yield from _included(endpoint, route)


def _included(endpoint: object, route: object) -> Iterator[tuple[Any, str]]:
    """FastAPI's included routers, which are no routers to look into."""
    contexts = getattr(route, "effective_route_contexts", None)
    if contexts is None:
        return
    for context in contexts():
        starlette = getattr(context, "starlette_route", None) or context
        if getattr(starlette, "endpoint", None) is endpoint:
            yield starlette.path_regex, starlette.path_format


def _rest_of_path(scope: MutableMapping[str, Any]) -> str:
    """The path below what is mounted, which routes match."""
    path: str = scope.get("path", "")
    root: str = scope.get("root_path", "")
    return path[len(root) :] if root and path.startswith(root) else path
