"""The patches, in the order in which they must go in."""

from overlay import (
    alarm_actions,
    alarm_requests,
    alarms,
    cbor,
    cloudformation,
    dropped_properties,
    embedded_metrics,
    encryption,
    event_sources,
    filters,
    iam,
    lambda_async,
    lambda_functions,
    log_groups,
    matcher,
    metric_filters,
    metrics,
    proxied,
    query_definitions,
    schedules,
    sns_delivery,
)


def install() -> None:
    """Patch the imported ministack; ``matcher.MatcherUnavailable`` when there is nothing to match patterns with."""
    matcher.install()
    cbor.install()
    iam.install()
    proxied.install()
    encryption.install()
    metrics.install()
    alarm_requests.install()
    alarm_actions.install()
    alarms.install()
    lambda_functions.install()
    lambda_async.install()
    event_sources.install()
    log_groups.install()
    filters.install()
    # After filters: metric filters and embedded metrics run first for the same events, then the subscriptions.
    metric_filters.install()
    embedded_metrics.install()
    query_definitions.install()
    sns_delivery.install()
    schedules.install()
    cloudformation.install()
    dropped_properties.install()
