"""Runs Lighthouse on this machine, for sites without a PageSpeed key."""

from __future__ import annotations

from typing import Any, Literal

from lfassess.clients.lighthouse.install import install, installed
from lfassess.clients.lighthouse.process import audit_with, shutdown
from lfassess.settings import Settings

__all__ = ["audit", "install", "installed", "shutdown"]

Strategy = Literal["mobile", "desktop"]


def audit(
    url: str, *, settings: Settings, strategy: Strategy = "mobile", deadline: float
) -> dict[str, Any]:
    """Audit one page; installs Lighthouse first where that has not been done.

    Args:
        url: the page.
        settings: where Lighthouse and the browser are, and what may be connected to.
        strategy: which device is emulated.
        deadline: time.monotonic() by which it must be done.

    Returns:
        The Lighthouse result without its bulky parts: categories, audits, runWarnings,
        configSettings.formFactor, finalDisplayedUrl, lighthouseVersion, fetchTime, timing.

    Raises:
        ToolMissingError: Node, Lighthouse or Chromium is missing.
        TargetUnreachableError, TargetBlockedError, TargetForbiddenError, ProviderTimeoutError: the
            site's doing.
        BrowserCrashedError: Chromium or Node died; the next audit starts new ones.
    """
    return audit_with(install(settings, deadline=deadline), url, settings, strategy, deadline)
