"""The catalog service: an axum application on ECS that answers from a cache and a PostgreSQL database."""

from typing import Any

from . import catalog_errors as errors
from .clock import DAY_END, DAY_START, MINUTE, at
from .dice import Dice, Quantiles
from .incidents import SLOW_DATABASE
from .journal import ErrorKind, Fact, Journal, Occurrence, Request
from .record import Service, Trace, http, level_of
from .traffic import arrivals, fault_share

GROUP = "/ecs/shop-catalog"
SERVICE = Service("catalog", GROUP, "2.3.1")

_PEAK_PER_MINUTE = 25.0
_POOL_TIMEOUT_MS = 5_000

_FAST: Quantiles = ((0.0, 1.2), (0.5, 17), (0.9, 78), (0.99, 300), (0.999, 560), (1.0, 980))
_SLOW: Quantiles = ((0.0, 45), (0.5, 510), (0.9, 1_900), (0.98, 3_700), (0.995, 5_600), (1.0, 7_800))

# ((method, route), weight)
_ROUTES = (
    (("GET", "/products/{sku}"), 0.55),
    (("GET", "/search"), 0.25),
    (("GET", "/categories/{slug}"), 0.14),
    (("PUT", "/prices/{sku}"), 0.06),
)
_SLUGS = ("coats", "shoes", "tea", "lamps", "toys", "čaj", "お茶", "über-uns")
_FEED_EVERY = 6 * MINUTE
_WORKER_PANICS = (at("15:42:11"),)


class Catalog:
    """Writes the day of the catalog service."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._dice = Dice("catalog")
        self._tasks = tuple(f"catalog/catalog/{self._dice.hex(32)}" for _ in range(3))

    def run(self) -> None:
        """Serves every request of the day and imports the suppliers' feeds."""
        for moment in arrivals(self._dice, _PEAK_PER_MINUTE):
            self._serve(moment)
        for moment in range(DAY_START + 90_000, DAY_END, _FEED_EVERY):
            self._import_feed(moment + self._dice.whole(0, 20_000))
        for moment in _WORKER_PANICS:
            lines = errors.worker_panic(self._dice.whole(20, 90))
            fact = Occurrence(errors.WORKER_PANIC, "ERROR", "\n".join(lines[:2]))
            self._journal.add(moment, GROUP, self._tasks[1], lines, fact)

    def _serve(self, moment: int) -> None:
        dice = self._dice
        trace = Trace.start(dice)
        ids = trace.fields(dice.hex(16))
        method, route = dice.weighted(_ROUTES)
        sku = dice.whole(10_000, 49_999)
        path = route.replace("{sku}", str(sku)).replace("{slug}", dice.pick(_SLUGS))
        stream = dice.pick(self._tasks)

        status, duration_ms, kind, error = self._outcome(moment, method, route, sku)
        end = moment + int(duration_ms)
        if error is None and route == "/products/{sku}" and dice.chance(0.0012):
            self._log_cache_error(end, stream, ids)
        # tracing has no CRITICAL; the telemetry layer sets it for a panic.
        level = "CRITICAL" if kind is errors.PANIC else level_of(status)
        request = http(method, route, path, status, duration_ms, response_bytes=dice.whole(300, 9_000))
        more: dict[str, Any] = {"http": request}
        facts: list[Fact] = [Request("catalog", status, request["duration_ms"])]
        if kind is not None and error is not None:
            more["error"] = error
            facts.append(Occurrence(kind, level, error["message"]))
        line = SERVICE.line(end, level, "catalog::http", "request", **ids, **more)
        self._journal.add(end, GROUP, stream, line, *facts)

    def _outcome(
        self, moment: int, method: str, route: str, sku: int
    ) -> tuple[int, float, ErrorKind | None, dict[str, Any] | None]:
        """Status, duration in milliseconds, and the error if there is one."""
        dice = self._dice
        busy = fault_share(moment)
        slow = SLOW_DATABASE.strength(moment)
        fast_ms = dice.quantile(_FAST)
        if dice.chance(0.0004 * busy + 0.010 * slow):
            waited = _POOL_TIMEOUT_MS + dice.whole(0, 12)
            error = errors.pool_timed_out(waited, f"db-{dice.whole(1, 3)}.shop.internal:5432")
            return 503, waited + fast_ms, errors.POOL, error
        if route == "/products/{sku}" and dice.chance(0.009):
            return 404, fast_ms, errors.NOT_FOUND, errors.product_not_found(sku)
        if method == "PUT" and dice.chance(0.009 * busy):
            error = errors.deadlock(dice.whole(1_000, 32_000), dice.whole(700_000, 999_999))
            return 500, 1_000 + fast_ms, errors.DEADLOCK, error
        if route == "/search" and dice.chance(0.0011 * busy):
            return 500, fast_ms, errors.PANIC, errors.search_panic(dice.whole(2, 60))
        if dice.chance(slow):
            return 200, fast_ms + dice.quantile(_SLOW), None, None
        return 200, fast_ms, None, None

    def _log_cache_error(self, moment: int, stream: str, ids: dict[str, Any]) -> None:
        """The cache failed and the database answered: an error to know of, though the customer saw nothing."""
        error = errors.redis_refused(f"cache-{self._dice.whole(1, 4)}.shop.internal:6379")
        message = "cache read failed, asking the database"
        line = SERVICE.line(moment, "ERROR", "catalog::cache", message, **ids, error=error)
        self._journal.add(moment, GROUP, stream, line, Occurrence(errors.REDIS, "ERROR", error["message"]))

    def _import_feed(self, moment: int) -> None:
        dice = self._dice
        supplier = f"supplier-{dice.whole(1, 40)}"
        if dice.chance(0.04):
            error = errors.feed_json(dice.whole(1, 900), dice.whole(20, 400))
            more: dict[str, Any] = {"error": error, "fields": {"supplier": supplier}}
            line = SERVICE.line(moment, "ERROR", "catalog::feed", "price feed refused", **more)
            fact = Occurrence(errors.FEED, "ERROR", error["message"])
            self._journal.add(moment, GROUP, self._tasks[0], line, fact)
            return
        fields = {"supplier": supplier, "rows": dice.whole(20, 4_000), "errors": 0}
        line = SERVICE.line(moment, "INFO", "catalog::feed", "price feed imported", fields=fields)
        self._journal.add(moment, GROUP, self._tasks[0], line)
