"""Where the language model is reached; apart from its client, whose SDK takes a second to load."""

from __future__ import annotations

from lfassess.clients.endpoint import Endpoint, find_endpoint
from lfassess.runtime_hints import require_extra
from lfassess.settings import Settings


def endpoint(settings: Settings) -> Endpoint | None:
    """Return where the model is reached, or None when it isn't configured.

    A base URL of one's own needs no key: local servers take any.
    """
    found = find_endpoint(
        settings,
        own_base=settings.openai_base_url,
        public_base="https://api.openai.com/v1",
        sandbox_path="/openai/v1",
        key=settings.openai_api_key,
    )
    if found is None and settings.openai_base_url:
        return Endpoint(settings.openai_base_url.rstrip("/"), "none")
    return found


def require_package() -> None:
    """Raise ToolMissingError where the extra `llm`, the client's SDK, isn't installed."""
    require_extra("llm", "openai", "The language model", provider="openai")
