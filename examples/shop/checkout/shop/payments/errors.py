"""What can go wrong in payments, and how it is answered."""


class PaymentsError(Exception):
    """An error with an answer of its own."""

    status = 500


class GatewayUnavailable(PaymentsError):
    """The provider answered that it cannot work."""

    status = 502


class GatewayTimeout(PaymentsError):
    """The provider did not answer."""

    status = 504


class PaymentDeclined(PaymentsError):
    """The customer's bank said no: business as usual, not a fault."""

    status = 402


class IdempotencyConflict(PaymentsError):
    """The same idempotency key came with another amount."""

    status = 409


class InvalidSignature(PaymentsError):
    """A webhook that the provider has not signed."""

    status = 401
