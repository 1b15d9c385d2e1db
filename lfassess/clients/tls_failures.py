"""Says in words why a TLS handshake failed; the reasons are OpenSSL's."""

from __future__ import annotations

import ssl
from typing import Final

_NOT_TLS: Final = "it answers there without encryption"
_OLD: Final = "it offers nothing that browsers still accept (TLS 1.1 or older)"
_NO_CERTIFICATE: Final = (
    "it has no certificate for this name, or no encryption that browsers accept"
)
_WEAK: Final = "its keys are too short for browsers"
_ENDED: Final = "it ends the connection in the middle of the handshake"

# Parts of OpenSSL's names; those of alerts begin with SSLV3_ALERT_, TLSV1_ALERT_ or TLSV1_.
_WORDS: Final = {
    "WRONG_VERSION_NUMBER": _NOT_TLS,
    "PACKET_LENGTH_TOO_LONG": _NOT_TLS,  # what OpenSSL 3.2 and newer make of plain HTTP
    "RECORD_LAYER_FAILURE": _NOT_TLS,
    "HTTP_REQUEST": _NOT_TLS,
    "UNKNOWN_PROTOCOL": _NOT_TLS,
    "UNSUPPORTED_PROTOCOL": _OLD,
    "PROTOCOL_VERSION": _OLD,
    "WRONG_SSL_VERSION": _OLD,
    "HANDSHAKE_FAILURE": _NO_CERTIFICATE,
    "UNRECOGNIZED_NAME": _NO_CERTIFICATE,
    "INTERNAL_ERROR": _NO_CERTIFICATE,  # how some servers refuse a name
    "ACCESS_DENIED": _NO_CERTIFICATE,
    "KEY_TOO_SMALL": _WEAK,
    "EOF": _ENDED,
}


def wording(error: ssl.SSLError) -> str:
    """Return what the server did, with OpenSSL's name for it in brackets."""
    reason = (error.reason or type(error).__name__).upper()
    code = reason.replace("_", " ").lower()
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return f"{_ENDED} ({code})"
    said = next((words for part, words in _WORDS.items() if part in reason), None)
    return f"{said} ({code})" if said else f"its handshake fails ({code})"
