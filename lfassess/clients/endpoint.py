"""Where a paid provider is reached, and with which key."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from pydantic import SecretStr

from lfassess.log import redact
from lfassess.settings import SANDBOX_KEY, Settings

_MAX_QUOTE: Final = 300


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A provider's base URL without a slash at its end, and the key it accepts."""

    base_url: str
    key: str = field(repr=False)
    sandbox: bool = False

    def quote(self, text: str) -> str:
        """Return the provider's words in one short line, our key masked wherever it stands."""
        line = " ".join(text.split())
        if self.key:
            line = line.replace(self.key, "***")
        return redact(line)[:_MAX_QUOTE]


def find_endpoint(
    settings: Settings,
    *,
    own_base: str | None,
    public_base: str,
    sandbox_path: str,
    key: SecretStr | None,
) -> Endpoint | None:
    """Return where to ask, or None when neither a key nor a sandbox is configured.

    A base URL of the provider's own wins over the sandbox. Real keys never go to the sandbox.
    """
    if settings.sandbox_url and own_base is None:
        return Endpoint(settings.sandbox_url.rstrip("/") + sandbox_path, SANDBOX_KEY, sandbox=True)
    if key is None:
        return None
    return Endpoint((own_base or public_base).rstrip("/"), key.get_secret_value())
