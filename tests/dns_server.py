"""A DNS server on loopback that says what tests want it to."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

Zone = Mapping[str, Mapping[str, list[str]]]  # name: {type: records}


@dataclass
class DnsServer:
    port: int
    asked: list[tuple[str, str]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"


@contextlib.contextmanager
def serving(
    zone: Zone, *, silent: bool = False, raw: bytes | None = None, rcode: int | None = None
) -> Iterator[DnsServer]:
    """Answer from the zone; names that it doesn't have don't exist.

    Args:
        zone: records as zone files write them.
        silent: never answer.
        raw: answer these bytes after the question's id.
        rcode: answer this code to everything.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(0.05)
        made = DnsServer(server.getsockname()[1])
        ended = threading.Event()

        def serve() -> None:
            while not ended.is_set():
                with contextlib.suppress(TimeoutError):
                    data, caller = server.recvfrom(4096)
                    if not silent:
                        server.sendto(_answer(data, zone, made.asked, raw, rcode), caller)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield made
        finally:
            ended.set()
            thread.join()


def _answer(
    data: bytes, zone: Zone, asked: list[tuple[str, str]], raw: bytes | None, rcode: int | None
) -> bytes:
    # Imported here, as in `lfassess.clients.dns`: an environment that isn't up to date yet can still
    # collect the tests that need no DNS.
    import dns.flags
    import dns.message
    import dns.rcode
    import dns.rdatatype
    import dns.rrset

    question = dns.message.from_wire(data)
    response = dns.message.make_response(question)
    response.flags |= dns.flags.RA
    name = question.question[0].name.to_text().rstrip(".").lower()
    kind = dns.rdatatype.to_text(question.question[0].rdtype)
    asked.append((name, kind))
    if raw is not None:
        return data[:2] + raw
    if rcode is not None:
        response.set_rcode(rcode)
    elif name not in zone:
        response.set_rcode(dns.rcode.NXDOMAIN)
    else:
        found = zone[name].get(kind, [])
        alias = zone[name].get("CNAME", []) if not found else []
        for records, shown in ((found, kind), (alias, "CNAME")):
            if records:
                made = dns.rrset.from_text(question.question[0].name, 300, "IN", shown, *records)
                response.answer.append(made)
    return response.to_wire()
