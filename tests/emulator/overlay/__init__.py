"""A local AWS for Skywarden's end-to-end test: ministack with the gaps that matter to us closed.

Each module closes one gap and says so at its top; ``install()`` in a module puts its patches into the imported
ministack, and ``__main__`` calls them in order and serves. The patches reach private functions, so exactly one
ministack version is accepted (see ``version``).

Environment, besides ministack's own (``GATEWAY_PORT``, ``BIND_HOST``, ``AUTH``, ``AWS_ENDPOINT_URL`` ...):

``SKYWARDEN_FILTER_SERVER``
    required: the program that matches filter patterns, with its arguments (see ``matcher``)
``SKYWARDEN_ALARM_SECONDS``
    seconds between two evaluations of all alarms, default 1 (see ``alarms``)
``SKYWARDEN_SCHEDULE_SECONDS``
    fires every ``rate(...)`` schedule at this interval instead of its own, for a quick test (see ``schedules``)

ministack's own ``LAMBDA_ASYNC_RETRY_BASE_SECONDS`` (default 1) spaces the two retries of a failed asynchronous
invocation; AWS waits one and two minutes.
"""
