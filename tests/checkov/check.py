"""Checks templates with checkov, each alone: in one run of many it resolves the references of one template in another.

Usage: python check.py TEMPLATE...   Ends with 1 when a check failed that is not waived at its resource.
"""

import logging
import sys

# Before checkov sets up its own.
logging.disable(logging.ERROR)

from checkov.cloudformation.runner import Runner  # noqa: E402
from checkov.runner_filter import RunnerFilter  # noqa: E402


def main(paths: list[str]) -> int:
    passed, waived, failed, broken = 0, 0, 0, 0
    for path in paths:
        report = Runner().run(root_folder=None, files=[path], runner_filter=RunnerFilter(framework=["cloudformation"], show_progress_bar=False))
        passed += len(report.passed_checks)
        waived += len(report.skipped_checks)
        # checkov notes the path of the file in every object it reads, and takes a long path for a secret.
        found = [check for check in report.failed_checks if not all(key.endswith("__file__") for key in check.check_result.get("evaluated_keys") or [""])]
        failed += len(found)
        for check in found:
            print(f"{path}: {check.resource}: {check.check_id} {check.check_name}")
        for error in report.parsing_errors:
            broken += 1
            print(f"{path}: cannot be read: {error}")
    print(f"{len(paths)} templates: {passed} checks passed, {waived} waived, {failed} failed")
    return 1 if failed or broken or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
