"""Where ministack hands on new log events: every reader of log lines is hung in here."""

from collections.abc import Callable

from ministack.services import cloudwatch_logs as logs


def each(read: Callable[[str, list[dict]], None]) -> None:
    """Call ``read(group, events)`` for all new events from now on, before their subscriptions see them."""
    fan_out = logs._fanout_to_subscription_filters

    def fan_out_all(group: str, stream: str, events: list[dict]) -> None:
        read(group, events)
        fan_out(group, stream, events)

    logs._fanout_to_subscription_filters = fan_out_all
