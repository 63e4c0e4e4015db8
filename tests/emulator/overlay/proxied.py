"""Accepts what a Lambda function sends through a fault-injecting proxy when ``AUTH=true``.

To inject faults, the server's ``AWS_ENDPOINT_URL`` names the proxy (microburst), which forwards to the server with
the server's own ``Host``. The request was signed for the proxy's, so ministack finds the signature false. A signature
that is right for the host in ``AWS_ENDPOINT_URL`` is accepted too.
"""

import os
from urllib.parse import urlsplit

from ministack.core import sigv4


def _for_the_endpoint(check, endpoint: str):
    def failure(signature, secret, method, raw_path, query_params, headers, body, **options):
        found = check(signature, secret, method, raw_path, query_params, headers, body, **options)
        if found and found[0] == "SignatureDoesNotMatch" and headers.get("host") != endpoint:
            return check(
                signature, secret, method, raw_path, query_params, {**headers, "host": endpoint}, body, **options
            )
        return found

    return failure


def install() -> None:
    """Wrap the signature check, when there is an endpoint to sign for."""
    endpoint = urlsplit(os.environ.get("AWS_ENDPOINT_URL", "")).netloc
    if endpoint:
        sigv4.header_signature_failure = _for_the_endpoint(sigv4.header_signature_failure, endpoint)
