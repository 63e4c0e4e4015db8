"""Tests of the sample logs: they are as true as they say.

The counts are taken again from the text of the committed file, by other means than the code that counted: a fact that
went astray between a line and `expected.json` shows here. Run with `python3 examples/shop/test_make_logs.py`; that the
files are what the services write today is checked by `cargo xtask shop --check`.
"""

import gzip
import json
import re
import tempfile
import unittest
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import make_logs
from shop_day.export import compress
from shop_day.same import first_difference, own_frames

SIZE_LIMIT_BYTES = 6_000_000
MINUTE_MS = 60_000
FIVE_MINUTES_MS = 5 * MINUTE_MS
DAY_MS = 24 * 60 * MINUTE_MS


def read_events(directory: Path) -> list[dict[str, Any]]:
    """The events of the log file in the directory."""
    with gzip.open(directory / make_logs.EVENTS_NAME, "rt", encoding="utf-8", newline="\n") as file:
        return [json.loads(line) for line in file]


def record_of(event: dict[str, Any]) -> dict[str, Any]:
    """The structured record in the event's message; empty when the message is no JSON object."""
    try:
        record = json.loads(event["message"])
    except ValueError:
        return {}
    return record if isinstance(record, dict) else {}


class Committed(unittest.TestCase):
    """The files in `logs/`."""

    events: list[dict[str, Any]]
    records: list[tuple[dict[str, Any], dict[str, Any]]]
    truth: dict[str, Any]

    @classmethod
    def setUpClass(cls) -> None:
        cls.events = read_events(make_logs.LOGS)
        cls.records = [(event, record) for event in cls.events if (record := record_of(event))]
        cls.truth = json.loads((make_logs.LOGS / make_logs.TRUTH_NAME).read_bytes())

    def incident(self, name: str) -> dict[str, Any]:
        """The incident with that id."""
        return next(incident for incident in self.truth["incidents"] if incident["id"] == name)

    def test_file_is_small_enough_to_commit_and_large_enough_to_matter(self) -> None:
        size = (make_logs.LOGS / make_logs.EVENTS_NAME).stat().st_size
        self.assertLess(size, SIZE_LIMIT_BYTES)
        self.assertGreaterEqual(len(self.events), 50_000)

    def test_events_are_sorted_inside_the_day_with_unique_rising_ids(self) -> None:
        times = [event["timestamp"] for event in self.events]
        self.assertEqual(times, sorted(times))
        self.assertEqual(times[0] // DAY_MS, times[-1] // DAY_MS)
        ids = [event["id"] for event in self.events]
        self.assertEqual(ids, sorted(set(ids)))
        self.assertTrue(all(re.fullmatch(r"\d{56}", event_id) for event_id in ids))

    def test_no_message_is_empty(self) -> None:
        self.assertTrue(all(event["message"] for event in self.events))

    def test_lines_per_group(self) -> None:
        groups = Counter(event["group"] for event in self.events)
        self.assertEqual(self.truth["lines"], {"total": len(self.events), "by_group": dict(groups)})

    def test_records_carry_the_time_of_their_event_and_the_service_of_their_group(self) -> None:
        ours = [(event, record) for event, record in self.records if "schema" in record]
        self.assertGreater(len(ours), 45_000)
        for event, record in ours:
            self.assertEqual(record["schema"], "1.0", event)
            self.assertTrue(event["group"].endswith("-" + record["service"]), event)
            hour, minute, second = record["timestamp"][11:19].split(":")
            millis = (int(hour) * 3600 + int(minute) * 60 + int(second)) * 1000 + int(record["timestamp"][20:23])
            self.assertEqual(event["timestamp"] % DAY_MS, millis, event)

    def test_requests_per_service_and_hour(self) -> None:
        hours: dict[str, list[list[dict[str, Any]]]] = defaultdict(lambda: [[] for _ in range(24)])
        for event, record in self.records:
            if "http" in record:
                hours[record["service"]][event["timestamp"] % DAY_MS // 3_600_000].append(record["http"])
        self.assertEqual(sorted(self.truth["requests"]), sorted(hours))
        for service, by_hour in hours.items():
            stated = self.truth["requests"][service]
            for hour, requests in enumerate(by_hour):
                row = stated["by_hour"][hour]
                durations = sorted(request["duration_ms"] for request in requests)
                self.assertEqual(row["requests"], len(requests), (service, hour))
                self.assertEqual(row["server_errors"], sum(r["status_code"] >= 500 for r in requests), (service, hour))
                below = sum(duration < row["p99_ms"] for duration in durations)
                within = sum(duration <= row["p99_ms"] for duration in durations)
                self.assertLess(below, 0.99 * len(durations), (service, hour))
                self.assertGreaterEqual(within, 0.99 * len(durations), (service, hour))
            for key in ("requests", "server_errors", "client_errors"):
                self.assertEqual(stated[key], sum(row[key] for row in stated["by_hour"]), (service, key))

    def test_orders_per_currency(self) -> None:
        amounts: dict[str, list[float]] = defaultdict(list)
        for _, record in self.records:
            fields = record.get("fields", {})
            if fields.get("event") == "order_placed":
                amounts[fields["currency"]].append(fields["amount"])
        found = {currency: {"count": len(values), "sum": round(sum(values), 2)} for currency, values in amounts.items()}
        self.assertEqual(self.truth["orders"], found)

    def test_payment_attempts_per_provider_and_outcome(self) -> None:
        attempts = [record["fields"] for _, record in self.records if record.get("fields", {}).get("event") == "payment_attempt"]
        found = Counter((attempt["provider"], attempt["outcome"]) for attempt in attempts)
        stated = {(row["provider"], row["outcome"]): row["count"] for row in self.truth["payment_attempts"]}
        self.assertEqual(stated, dict(found))

    def test_structured_errors_per_type_and_level(self) -> None:
        found: Counter[tuple[str, str, str]] = Counter()
        for _, record in self.records:
            if record.get("error"):
                found[record.get("service", "payments"), record["error"]["type"], record["level"].upper()] += 1
            else:
                self.assertNotIn(record.get("level"), ("ERROR", "CRITICAL"), "an error with nothing to group it by")
        stated: Counter[tuple[str, str, str]] = Counter()
        not_structured = {"checkout.function-timeout", "checkout.out-of-memory", "payments.ledger-panic"}
        for row in self.truth["errors"]:
            if row["service"] != "mailer" and row["kind"] not in not_structured:
                for level, count in row["by_level"].items():
                    stated[row["service"], row["type"], level] += count
        self.assertEqual(stated, found)

    def test_text_errors_by_what_names_them(self) -> None:
        patterns = {
            "checkout.function-timeout": r"Task timed out after 10\.00 seconds",
            "checkout.out-of-memory": r"Error: Runtime exited with error: signal: killed",
            "payments.ledger-panic": r"^thread 'shipper'",
            "mailer.smtp-timeout": r"^mailer\.errors\.DeliveryError: ",
            "mailer.recipient-refused": r"^smtplib\.SMTPRecipientsRefused: ",
            "mailer.template-missing": r"^jinja2\.exceptions\.TemplateNotFound: ",
            "mailer.dns": r"^mailer\.errors\.RelayUnreachable: ",
            "mailer.disk-full": r"^OSError: \[Errno 28\]",
            "mailer.gave-up": r" ERROR mailer\.queue: giving up on ",
        }
        plain = [event["message"] for event in self.events if not event["message"].startswith("{")]
        stated = {row["kind"]: row["count"] for row in self.truth["errors"]}
        for kind, pattern in patterns.items():
            self.assertEqual(stated[kind], sum(bool(re.search(pattern, text)) for text in plain), kind)
        mailer = sum(count for kind, count in stated.items() if kind.startswith("mailer."))
        self.assertEqual(mailer, sum(bool(re.match(r"[\d-]{10} [\d:,]{12} ERROR ", text)) for text in plain))

    def test_continuation_lines_follow_their_error_in_the_stream(self) -> None:
        before: dict[str, Any] | None = None
        for event in (event for event in self.events if event["group"] == "/ec2/shop-mailer"):
            if not re.match(r"2026-11-20 ", event["message"]):
                self.assertIsNotNone(before)
                self.assertEqual(before and before["timestamp"], event["timestamp"])
            before = event

    def test_services_are_never_silent_for_five_minutes_but_for_the_mailer(self) -> None:
        stated = {group: row["seconds"] for group, row in self.truth["longest_silence"].items()}
        last: dict[str, int] = {}
        longest: dict[str, int] = {}
        for event in self.events:
            group, now = event["group"], event["timestamp"]
            longest[group] = max(longest.get(group, 0), now - last.get(group, now))
            last[group] = now
        self.assertEqual(stated, {group: gap / 1000 for group, gap in longest.items()})
        silence = self.incident("mailer-silent")
        self.assertGreaterEqual(longest.pop("/ec2/shop-mailer"), silence["end_ms"] - silence["start_ms"])
        self.assertLess(max(longest.values()), FIVE_MINUTES_MS)
        quiet = [
            event
            for event in self.events
            if event["group"] == "/ec2/shop-mailer" and silence["start_ms"] <= event["timestamp"] < silence["end_ms"]
        ]
        self.assertEqual(quiet, [])

    def test_error_rates_are_low_in_quiet_times_and_high_in_the_outage(self) -> None:
        outage = self.incident("payment-outage")
        inside: dict[str, Counter[bool]] = defaultdict(Counter)
        outside: dict[str, Counter[bool]] = defaultdict(Counter)
        for event, record in self.records:
            if "http" in record:
                within = outage["start_ms"] <= event["timestamp"] < outage["end_ms"] + MINUTE_MS
                (inside if within else outside)[record["service"]][record["http"]["status_code"] >= 500] += 1
        for service, counts in outside.items():
            self.assertLess(counts[True] / counts.total(), 0.01, service)
        self.assertGreater(inside["checkout"][True] / inside["checkout"].total(), 0.10)
        self.assertGreater(inside["payments"][True] / inside["payments"].total(), 0.30)
        self.assertLess(inside["catalog"][True] / inside["catalog"].total(), 0.01)

    def test_five_minutes_outside_the_outage_never_look_like_it(self) -> None:
        outage = self.incident("payment-outage")
        windows: dict[tuple[str, int], Counter[bool]] = defaultdict(Counter)
        for event, record in self.records:
            if "http" in record:
                window = event["timestamp"] // FIVE_MINUTES_MS
                windows[record["service"], window][record["http"]["status_code"] >= 500] += 1
        first, last = outage["start_ms"] // FIVE_MINUTES_MS, outage["end_ms"] // FIVE_MINUTES_MS
        for (service, window), counts in windows.items():
            rate = counts[True] / counts.total()
            # Payments has so few requests that one failure is a twentieth of them.
            if service != "payments" and not first <= window <= last:
                self.assertLess(rate, 0.05, (service, window))
            elif service == "checkout" and window != last:
                self.assertGreater(rate, 0.10, (service, window))

    def test_latency_is_high_in_the_slow_hour_alone(self) -> None:
        for service in ("catalog", "checkout"):
            for row in self.truth["requests"][service]["by_hour"]:
                if row["hour"] == 18:
                    self.assertGreater(row["p99_ms"], 3_000, service)
                elif row["hour"] != 13:
                    self.assertLess(row["p99_ms"], 800, (service, row["hour"]))

    def test_the_bug_of_a_release_starts_with_the_release(self) -> None:
        (deploy,) = self.truth["deploys"]
        (bug,) = (row for row in self.truth["errors"] if row["kind"] == "checkout.discount-key")
        self.assertGreaterEqual(bug["first_ms"], deploy["at_ms"])
        for event, record in self.records:
            if record.get("service") == "checkout":
                # A request that began under the old version may still be logged just after the deploy.
                old = event["timestamp"] < deploy["at_ms"]
                new_version = record["version"] == deploy["version"]
                self.assertFalse(old and new_version, event)
                if event["timestamp"] > deploy["at_ms"] + MINUTE_MS:
                    self.assertTrue(new_version, event)

    def test_every_sensitive_value_is_in_the_log(self) -> None:
        text = "\n".join(event["message"] for event in self.events)
        for what, values in self.truth["sensitive"].items():
            for value in values:
                self.assertIn(value, text, what)

    def test_awkward_lines_are_there(self) -> None:
        messages = [event["message"] for event in self.events]
        stated = self.truth["awkward"]
        truncated = [text for text in messages if text.startswith('{"') and not text.endswith("}")]
        self.assertEqual(stated["truncated-json"], len(truncated))
        self.assertEqual(stated["ten-kilobytes"], sum(len(text) > 10 * 1024 and "large cart" in text for text in messages))
        self.assertEqual(stated["zero-errors"], sum(bool(re.search(r"\b0 errors", text)) for text in messages))
        self.assertEqual(stated["error-null"], sum("error" in r and r["error"] is None for _, r in self.records))
        self.assertGreater(stated["unicode"], 0)
        self.assertGreater(stated["not-a-json-object"], 0)


class Comparison(unittest.TestCase):
    """What the script says of files that are not what it makes."""

    def test_check_reports_changed_missing_and_broken_files(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            directory = Path(name)
            self.assertEqual(len(make_logs.check(directory, b"a\n", b"{}\n")), 2)
            (directory / make_logs.EVENTS_NAME).write_bytes(compress(b"a\n"))
            (directory / make_logs.TRUTH_NAME).write_bytes(b"{}\n")
            self.assertEqual(make_logs.check(directory, b"a\n", b"{}\n"), [])
            (problem,) = make_logs.check(directory, b"b\n", b"{}\n")
            self.assertIn(make_logs.EVENTS_NAME, problem)
            whole = compress(b"a\n" * 500)
            for broken in (b"not gzip", whole[:-9], whole[:12] + b"\xff\xff" + whole[14:]):
                (directory / make_logs.EVENTS_NAME).write_bytes(broken)
                (problem,) = make_logs.check(directory, b"a\n" * 500, b"{}\n")
                self.assertIn("cannot be read", problem)

    def test_frames_of_other_peoples_code_may_differ_and_nothing_else(self) -> None:
        def event(line: int, library_line: int, marks: str, message: str = "m", source: str = "load()") -> bytes:
            stack = (
                "Traceback (most recent call last):\n"
                f'  File "/var/lang/lib/python3.11/site-packages/x.py", line {library_line}, in call\n    await f()\n{marks}'
                f'  File "/var/task/shop/a.py", line {line}, in g\n    {source}\nKeyError: 1'
            )
            record = {"level": "ERROR", "message": message, "error": {"type": "KeyError", "stack": stack}}
            return json.dumps({"group": "g", "message": json.dumps(record)}).encode() + b"\n"

        first = event(3, 10, "")
        self.assertIsNone(first_difference(first, event(3, 11, "    ^^^^^^^^^\n")))
        for other in (event(4, 10, ""), event(3, 10, "", message="n"), event(3, 10, "", source="save()"), first + b"{}\n"):
            self.assertIn("made:", first_difference(first, other) or "")

    def test_frames_of_a_rust_backtrace(self) -> None:
        stack = "thread 'main' panicked at src/a.rs:1:2:\nm\n   0: core::x\n             at /rustc/a.rs:1\n   1: shop_catalog::y\n             at src/a.rs:1:2"
        self.assertEqual(
            own_frames(stack),
            ["thread 'main' panicked at src/a.rs:1:2:", "m", "   1: shop_catalog::y", "             at src/a.rs:1:2"],
        )


if __name__ == "__main__":
    unittest.main()
