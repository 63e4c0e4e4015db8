"""How the catalog service fails: its kinds of errors with the backtraces its Rust code would print."""

from typing import Any

from .journal import ErrorKind
from .stack import rust_backtrace

POOL = ErrorKind("catalog.pool-timed-out", "catalog", "sqlx::Error", "sqlx::Error", "database")
DEADLOCK = ErrorKind(
    "catalog.deadlock", "catalog", "sqlx::postgres::PgDatabaseError", "sqlx::postgres::PgDatabaseError", "database"
)
REDIS = ErrorKind("catalog.redis-refused", "catalog", "redis::RedisError", "redis::RedisError", "network")
NOT_FOUND = ErrorKind("catalog.product-not-found", "catalog", "ProductNotFound", "ProductNotFound", "not_found")
PANIC = ErrorKind("catalog.search-panic", "catalog", "panic", "panic", "crash")
WORKER_PANIC = ErrorKind("catalog.feed-worker-panic", "catalog", "panic", "panic", "crash")
FEED = ErrorKind("catalog.feed-json", "catalog", "serde_json::Error", "serde_json::Error", "serialization")

_TAIL = (
    (
        "<axum::handler::HandlerService<H, T, S> as tower_service::Service<Request>>::call",
        "/build/vendor/axum-0.8.7/src/handler/service.rs:179:9",
    ),
    ("tokio::runtime::task::raw::poll", "/build/vendor/tokio-1.48.0/src/runtime/task/raw.rs:325:5"),
)


def pool_timed_out(waited_ms: int, host: str) -> dict[str, Any]:
    """No free connection to the database within the limit."""
    stack = rust_backtrace(
        (
            ("catalog::store::connection", "./src/store/pool.rs:44:18"),
            ("catalog::store::products::fetch", "./src/store/products.rs:71:23"),
            ("catalog::routes::products::show", "./src/routes/products.rs:29:17"),
            *_TAIL,
        )
    )
    message = f"pool timed out while waiting for an open connection to {host} after {waited_ms} ms"
    return {"type": POOL.type, "message": message, "stack": stack}


def deadlock(process: int, transaction: int) -> dict[str, Any]:
    """Two price updates met."""
    stack = rust_backtrace(
        (
            ("catalog::store::prices::update", "./src/store/prices.rs:112:14"),
            ("catalog::routes::prices::write", "./src/routes/prices.rs:63:21"),
            *_TAIL,
        )
    )
    message = (
        "error returned from database: deadlock detected (SQLSTATE 40P01): "
        f"process {process} waits for ShareLock on transaction {transaction}"
    )
    return {"type": DEADLOCK.type, "message": message, "stack": stack}


def redis_refused(host: str) -> dict[str, Any]:
    """The cache did not take the connection; the database answered instead."""
    stack = rust_backtrace(
        (
            ("catalog::cache::connect", "./src/cache.rs:38:22"),
            ("catalog::cache::get_or_load", "./src/cache.rs:81:9"),
            ("catalog::routes::products::show", "./src/routes/products.rs:26:17"),
            *_TAIL,
        )
    )
    return {"type": REDIS.type, "message": f"Connection refused (os error 111) by {host}", "stack": stack}


def product_not_found(sku: int) -> dict[str, Any]:
    """A product that was taken out of the shop; answered with 404."""
    return {"type": NOT_FOUND.type, "message": f"no product with sku {sku}"}


def search_panic(found: int) -> dict[str, Any]:
    """A bug in ranking that only some queries meet."""
    message = f"index out of bounds: the len is {found} but the index is {found}"
    frames = rust_backtrace(
        (
            (
                "core::panicking::panic_bounds_check",
                "/rustc/4a4ef493e3a1488c6e321570238084b38948f6db/library/core/src/panicking.rs:280:5",
            ),
            ("catalog::search::rank::best", "./src/search/rank.rs:88:17"),
            ("catalog::search::query", "./src/search/mod.rs:140:20"),
            ("catalog::routes::search::show", "./src/routes/search.rs:22:13"),
            *_TAIL,
        )
    )
    stack = (
        f"thread 'tokio-runtime-worker' panicked at src/search/rank.rs:88:17:\n{message}\nstack backtrace:\n{frames}"
    )
    return {"type": PANIC.type, "message": message, "stack": stack}


def worker_panic(supplier: int) -> tuple[str, ...]:
    """A panic outside any request, as the standard panic hook prints it: plain text, a log event for each line."""
    return (
        f"thread 'feed-worker' ({supplier}) panicked at src/feed/worker.rs:51:38:",
        "called `Result::unwrap()` on an `Err` value: RecvError(())",
        "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
    )


def feed_json(line: int, column: int) -> dict[str, Any]:
    """A supplier's price feed with a null where a number belongs; that supplier's prices stay as they were."""
    stack = rust_backtrace(
        (
            ("catalog::feed::parse::prices", "./src/feed/parse.rs:33:30"),
            ("catalog::feed::worker::import", "./src/feed/worker.rs:47:19"),
            ("tokio::runtime::task::raw::poll", "/build/vendor/tokio-1.48.0/src/runtime/task/raw.rs:325:5"),
        )
    )
    message = f"invalid type: null, expected f64 at line {line} column {column}"
    return {"type": FEED.type, "message": message, "stack": stack}
