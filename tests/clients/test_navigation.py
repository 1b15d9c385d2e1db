"""What a browser's network errors mean: the site's fault, or this machine's."""

from __future__ import annotations

import pytest

from lfassess.clients.chromium.navigation import from_net_error
from lfassess.clients.lighthouse.failures import error_for


@pytest.mark.parametrize(
    ("code", "ours"),
    [
        ("ERR_NETWORK_CHANGED", "browser_crashed"),
        ("ERR_INTERNET_DISCONNECTED", "browser_crashed"),
        ("ERR_PROXY_CONNECTION_FAILED", "browser_crashed"),
        ("ERR_INSUFFICIENT_RESOURCES", "browser_crashed"),
        ("ERR_NAME_NOT_RESOLVED", "target_unreachable"),
        ("ERR_ADDRESS_UNREACHABLE", "target_unreachable"),
        ("ERR_CERT_DATE_INVALID", "target_unreachable"),
        ("ERR_CONNECTION_TIMED_OUT", "provider_timeout"),
        ("ERR_CONNECTION_RESET", "provider_unavailable"),
        (None, "target_unreachable"),
    ],
)
def test_a_fault_of_this_machine_is_not_the_sites(code, ours):
    assert from_net_error("https://shop.example/", code).code == ours


def test_lighthouse_without_network_is_tried_again():
    message = "(Details: net::ERR_NETWORK_CHANGED)"
    url = "https://shop.example/"
    error = error_for("FAILED_DOCUMENT_REQUEST", message, url, provider="lighthouse")
    assert error.code == "browser_crashed"
    assert error.transient
