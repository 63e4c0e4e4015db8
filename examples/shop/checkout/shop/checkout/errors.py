"""What can go wrong in checkout, and how it is answered."""


class ShopError(Exception):
    """An error with an answer of its own."""

    status = 500


class CartNotFound(ShopError):
    """There is no such cart, or no longer."""

    status = 404


class StockConflict(ShopError):
    """More was ordered than there is."""

    status = 409


class PaymentDeclined(ShopError):
    """The customer's bank said no."""

    status = 402


class PaymentConflict(ShopError):
    """The payment was asked for before, with another amount."""

    status = 409


class PaymentGatewayError(ShopError):
    """Payments could not charge the customer, for reasons that are not the customer's."""

    status = 502


class CatalogUnavailable(ShopError):
    """The catalog did not answer, or not well."""

    status = 504


class NoCarrier(ShopError):
    """No carrier answered."""

    status = 503
