"""Asks the domain name system, through the machine's resolver or one that the settings name."""

from __future__ import annotations

import re
import socket
import threading
import time
from dataclasses import dataclass
from typing import Any, Final

from lfassess.errors import ConfigurationError
from lfassess.settings import Settings

_LONGEST: Final = 4_000  # characters of one record
_MAX_RECORDS: Final = 50  # records of one answer
_QUESTIONS: Final = 60  # of one resolver, whatever records refer to each other
_PORT: Final = 53
_NAME: Final = re.compile(r"(?=.*[a-z])[a-z0-9.-]{1,253}(?=:)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Records:
    """What a name has of one type; ``answered`` tells "there are none" from "nobody answered"."""

    values: tuple[str, ...] = ()
    answered: bool = True
    exists: bool = True  # whether there is such a name


UNANSWERED: Final = Records(answered=False)


class Resolver:
    """Asks for records within one time limit for all questions together."""

    def __init__(self, settings: Settings, seconds: float) -> None:
        """Make one.

        Args:
            settings: ``dns_server`` names another server than the machine's.
            seconds: for all questions together.
        """
        self._server = settings.dns_server
        self._end = time.monotonic() + seconds
        self._questions = 0
        self._lock = threading.Lock()
        self._made: Any = None

    def ask(self, name: str, kind: str) -> Records:
        """Return a name's records of a type (MX, TXT, CAA, DS, AAAA, A), as text.

        TXT comes joined and decoded, MX as "10 mail.example.com". A name that doesn't exist has
        none.
        """
        # Imported here: a process that looks up nothing does without its hundred modules.
        import dns.exception  # noqa: PLC0415
        import dns.name  # noqa: PLC0415
        import dns.resolver  # noqa: PLC0415

        left = self._end - time.monotonic()
        with self._lock:
            self._questions += 1
            if left <= 0 or self._questions > _QUESTIONS:
                return UNANSWERED
        try:
            answer = self._resolver().resolve(
                dns.name.from_text(name, idna_codec=dns.name.IDNA_2003),
                kind,
                lifetime=left,
                raise_on_no_answer=False,
                search=False,
            )
        except dns.resolver.NXDOMAIN:
            return Records(exists=False)
        except (dns.exception.DNSException, OSError, ValueError, UnicodeError):
            return UNANSWERED
        return Records(
            tuple(_text(kind, record) for record in list(answer.rrset or ())[:_MAX_RECORDS])
        )

    def _resolver(self) -> Any:
        import dns.resolver  # noqa: PLC0415 - see above

        with self._lock:
            if self._made is None:
                self._made = dns.resolver.Resolver(configure=self._server is None)
                if self._server is not None:
                    host, port = server_address(self._server)
                    self._made.nameservers, self._made.port = [host], port
            return self._made


def server_address(text: str) -> tuple[str, int]:
    """Return (address, port) of "192.0.2.1", "192.0.2.1:5353" or "[2001:db8::1]:53".

    A name with a port ("dns.internal:53") is looked up with the machine's resolver.

    Raises:
        ConfigurationError: it is none of them.
        OSError: there is no such name.
    """
    import ipaddress  # noqa: PLC0415 - beside its only use

    host, port = text.strip(), str(_PORT)
    if host.startswith("[") and "]" in host:
        host, _, after = host[1:].partition("]")
        port = after.removeprefix(":") or port
    elif host.count(":") == 1:
        host, _, port = host.partition(":")
    try:
        number = int(port)
        if _NAME.match(text.strip()):
            host = str(socket.getaddrinfo(host, number, type=socket.SOCK_DGRAM)[0][4][0])
        ipaddress.ip_address(host)
    except ValueError as e:
        raise ConfigurationError(
            f"LFASSESS_DNS_SERVER is no address of a DNS server: {text!r}.",
            hint="It is an IP address, with a port where that isn't 53: 192.0.2.53:5353. "
            "A name needs its port: dns.internal:53.",
        ) from e
    return host, number


def _text(kind: str, record: Any) -> str:
    if kind == "TXT":
        joined = b"".join(bytes(part) for part in record.strings)
        return joined.decode("utf-8", "replace")[:_LONGEST]
    return str(record.to_text())[:_LONGEST]
