"""Every kind of error there is in the day: what a good grouping shows as a single issue."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ErrorKind:
    """One cause of errors.

    `type` and `innermost` are the type names of the outer and the innermost exception (None where the text names none);
    `category` is the taxonomy's word, or None where two answers would be equally good.
    """

    id: str
    type: str | None
    innermost: str | None
    category: str | None

    @property
    def service(self) -> str:
        """The service it happens in."""
        return self.id.partition(".")[0]


_CHECKOUT = "shop.checkout.errors."
_PAYMENTS = "shop.payments.errors."
_TABLES = "shop.rehearsal.tables."

_ALL = (
    ErrorKind("checkout.payment-gateway-status", f"{_CHECKOUT}PaymentGatewayError", "httpx.HTTPStatusError", "dependency"),
    ErrorKind("checkout.payment-gateway-timeout", f"{_CHECKOUT}PaymentGatewayError", "httpx.ReadTimeout", "timeout.dependency"),
    ErrorKind("checkout.payment-gateway-declined", f"{_CHECKOUT}PaymentDeclined", f"{_CHECKOUT}PaymentDeclined", None),
    ErrorKind("checkout.payment-gateway-conflict", f"{_CHECKOUT}PaymentConflict", f"{_CHECKOUT}PaymentConflict", "conflict"),
    ErrorKind("checkout.catalog-status", f"{_CHECKOUT}CatalogUnavailable", "httpx.HTTPStatusError", "dependency"),
    ErrorKind("checkout.catalog-timeout", f"{_CHECKOUT}CatalogUnavailable", "httpx.ReadTimeout", "timeout.dependency"),
    ErrorKind("checkout.reservation-status", f"{_CHECKOUT}CatalogUnavailable", "httpx.HTTPStatusError", "dependency"),
    ErrorKind("checkout.reservation-timeout", f"{_CHECKOUT}CatalogUnavailable", "httpx.ReadTimeout", "timeout.dependency"),
    ErrorKind("checkout.reservation-conflict", f"{_CHECKOUT}StockConflict", f"{_CHECKOUT}StockConflict", "conflict"),
    ErrorKind("checkout.discount-key", "KeyError", "KeyError", "bug"),
    ErrorKind(
        "checkout.dynamodb-throttled",
        f"{_TABLES}ProvisionedThroughputExceededException",
        f"{_TABLES}ProvisionedThroughputExceededException",
        "throttling",
    ),
    ErrorKind("checkout.order-webhook-json", "json.decoder.JSONDecodeError", "json.decoder.JSONDecodeError", "serialization"),
    ErrorKind("checkout.no-carrier", f"{_CHECKOUT}NoCarrier", "shop.checkout.shipping.CarrierSilent", "dependency"),
    ErrorKind(
        "checkout.validation",
        "fastapi.exceptions.RequestValidationError",
        "fastapi.exceptions.RequestValidationError",
        "validation",
    ),
    ErrorKind("checkout.cart-not-found", f"{_CHECKOUT}CartNotFound", f"{_CHECKOUT}CartNotFound", "not_found"),
    ErrorKind("checkout.function-timeout", None, None, "timeout.function"),
    ErrorKind("checkout.out-of-memory", "Runtime.ExitError", "Runtime.ExitError", "oom"),
    ErrorKind("catalog.pool-timed-out", "shop_catalog::store::PoolTimedOut", "shop_catalog::store::PoolTimedOut", "database"),
    ErrorKind("catalog.deadlock", "shop_catalog::store::PriceNotWritten", None, "database"),
    ErrorKind("catalog.cache-unreachable", "CacheUnreachable", None, "network"),
    ErrorKind("catalog.product-not-found", "shop_catalog::store::ProductNotFound", "shop_catalog::store::ProductNotFound", "not_found"),
    ErrorKind("catalog.search-panic", "panic", "panic", "crash"),
    ErrorKind("catalog.feed-worker-panic", "panic", "panic", "crash"),
    ErrorKind("catalog.feed-refused", "FeedRefused", None, "serialization"),
    ErrorKind("payments.gateway-status", f"{_PAYMENTS}GatewayUnavailable", "httpx.HTTPStatusError", "dependency"),
    ErrorKind("payments.gateway-timeout", f"{_PAYMENTS}GatewayTimeout", "httpx.ReadTimeout", "timeout.dependency"),
    ErrorKind("payments.declined", f"{_PAYMENTS}PaymentDeclined", f"{_PAYMENTS}PaymentDeclined", None),
    ErrorKind("payments.idempotency-conflict", f"{_PAYMENTS}IdempotencyConflict", f"{_PAYMENTS}IdempotencyConflict", "conflict"),
    ErrorKind("payments.webhook-signature", f"{_PAYMENTS}InvalidSignature", f"{_PAYMENTS}InvalidSignature", "auth.authn"),
    ErrorKind("payments.mandate-attribute", "AttributeError", "AttributeError", "bug"),
    ErrorKind("payments.card-check", "ValueError", "ValueError", None),
    ErrorKind("payments.ledger-check", "ValueError", "ValueError", None),
    ErrorKind("payments.ledger-panic", "panic", "panic", "crash"),
    ErrorKind("mailer.smtp-timeout", "DeliveryError", "TimeoutError", "timeout.dependency"),
    ErrorKind("mailer.recipient-refused", "SMTPRecipientsRefused", "SMTPRecipientsRefused", None),
    ErrorKind("mailer.template-missing", "TemplateNotFound", "TemplateNotFound", None),
    ErrorKind("mailer.dns", "RelayUnreachable", "gaierror", "network"),
    ErrorKind("mailer.disk-full", "OSError", "OSError", "quota"),
    ErrorKind("mailer.gave-up", None, None, None),
)

KINDS = {kind.id: kind for kind in _ALL}
"""By id."""
