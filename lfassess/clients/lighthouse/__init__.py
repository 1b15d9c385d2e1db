"""Runs Lighthouse on this machine, for sites without a PageSpeed key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from lfassess.clients.lighthouse.install import axe_source, install, installed
from lfassess.clients.lighthouse.normal import CATEGORIES, local_form
from lfassess.clients.lighthouse.process import Audit, audit_with, shutdown
from lfassess.settings import Settings

__all__ = ["audit", "axe_source", "install", "installed", "shutdown"]

Strategy = Literal["mobile", "desktop"]


def audit(
    url: str,
    *,
    settings: Settings,
    strategy: Strategy = "mobile",
    categories: Sequence[str] = CATEGORIES,
    deadline: float,
) -> dict[str, Any]:
    """Audit one page; installs Lighthouse first where that has not been done.

    Args:
        url: the page.
        settings: where Lighthouse and the browser are, and what may be connected to.
        strategy: which device is emulated.
        categories: which to measure; performance alone is somewhat quicker.
        deadline: time.monotonic() by which it must be done.

    Returns:
        The Lighthouse result in the form of `lfassess.clients.lighthouse.normal.local_form`.

    Raises:
        ToolMissingError: Node, Lighthouse or Chromium is missing.
        TargetUnreachableError, TargetBlockedError, TargetForbiddenError, ProviderTimeoutError: the
            site's doing.
        BrowserCrashedError: Chromium or Node died; the next audit starts new ones.
    """
    place = install(settings, deadline=deadline)
    audit = Audit(url, strategy, tuple(categories), read_page=len(categories) > 1)
    return local_form(audit_with(place, settings, audit, deadline))
