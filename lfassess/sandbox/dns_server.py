"""The sandbox's domain name server: the mail records that the manifest gives the demo sites."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import threading
from collections.abc import Mapping
from typing import Final

from lfassess.errors import ServiceUnreachableError
from lfassess.sandbox.sites import DOMAIN, all_sites

Zone = Mapping[str, Mapping[str, tuple[str, ...]]]  # name: {type: records as zone files have them}

_LARGEST: Final = 4_096  # bytes of a question
_LOOK_UP_S: Final = 0.2  # how soon a stop is noticed
_TTL_S: Final = 60
_SOA: Final = "ns.demo.test. hostmaster.demo.test. 1 3600 600 86400 60"
# Nobody has a name below these (RFC 2606, RFC 6761).
_NOBODYS: Final = (".example", ".invalid", ".test")


def zone() -> dict[str, dict[str, tuple[str, ...]]]:
    """Return the demo sites' records by name."""
    found: dict[str, dict[str, tuple[str, ...]]] = {DOMAIN[1:]: {"SOA": (_SOA,)}}
    for site in all_sites().values():
        given = {kind.upper(): tuple(records) for kind, records in site.dns.items()}
        reports = given.pop("DMARC", ())
        own = {"A": ("127.0.0.1",), "SOA": (_SOA,), **given}
        own["TXT"] = tuple(_quoted(text) for text in given.get("TXT", ()))
        found[site.host] = own
        found[f"www.{site.host}"] = {"A": own["A"]}
        if reports:
            found[f"_dmarc.{site.host}"] = {"TXT": tuple(_quoted(text) for text in reports)}
    return found


class DnsServer:
    """Answers over UDP: for ``*.demo.test`` from the zone, for anybody else's names not at all."""

    def __init__(self, host: str, port: int) -> None:
        """Listen there; a port of 0 is any free one.

        Raises:
            ServiceUnreachableError: the port is taken.
        """
        self._zone: Zone = zone()
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        try:
            self._socket.bind((host, port))
        except OSError as e:
            self._socket.close()
            raise ServiceUnreachableError(
                f"UDP port {port} on {host} can't be used: {e.strerror}",
                hint="Choose another with --dns-port; 0 takes any free one.",
            ) from e
        self._socket.settimeout(_LOOK_UP_S)
        self.port: int = self._socket.getsockname()[1]
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="sandbox-dns", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop listening."""
        self._ended.set()
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while not self._ended.is_set():
            # A caller that has gone makes the next call fail; what is no question has no answer.
            with contextlib.suppress(OSError):
                data, caller = self._socket.recvfrom(_LARGEST)
                if (response := answer(data, self._zone)) is not None:
                    self._socket.sendto(response, caller)


def answer(data: bytes, records: Zone) -> bytes | None:
    """Return the answer to one question; None for what is none."""
    # Imported here: only whoever serves needs them.
    import dns.exception  # noqa: PLC0415
    import dns.flags  # noqa: PLC0415
    import dns.message  # noqa: PLC0415
    import dns.rcode  # noqa: PLC0415
    import dns.rdatatype  # noqa: PLC0415
    import dns.rrset  # noqa: PLC0415

    try:
        question = dns.message.from_wire(data)
        response = dns.message.make_response(question)
        asked = question.question[0]
        name = asked.name.to_text().rstrip(".").lower()
        kind = dns.rdatatype.to_text(asked.rdtype)
    except (dns.exception.DNSException, ValueError, IndexError):
        return None
    response.flags |= dns.flags.RA
    if name in records:
        if found := records[name].get(kind):
            response.answer.append(dns.rrset.from_text(asked.name, _TTL_S, "IN", kind, *found))
    elif name.endswith(_NOBODYS):
        response.set_rcode(dns.rcode.NXDOMAIN)
    else:
        response.set_rcode(dns.rcode.REFUSED)
    return response.to_wire()


def reached(host: str, port: int) -> str:
    """Return host and port as LFASSESS_DNS_SERVER has them."""
    with contextlib.suppress(ValueError):
        if ipaddress.ip_address(host).version == 6:  # noqa: PLR2004 - IPv6
            return f"[{host}]:{port}"
    return f"{host}:{port}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
