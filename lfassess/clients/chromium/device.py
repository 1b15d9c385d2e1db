"""Makes a page believe that it is shown on a desktop or on a phone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

Json = dict[str, Any]

_PHONE: Final = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko)"
_PHONE_PIXELS: Final = 2  # device pixels per CSS pixel; 3 takes twice the memory


def overrides(
    version: Mapping[str, str], width: int, height: int, *, mobile: bool
) -> list[tuple[str, Json]]:
    """Return the DevTools commands that set up a device of ``width`` x ``height`` CSS pixels."""
    return [
        (
            "Emulation.setDeviceMetricsOverride",
            {
                "width": width,
                "height": height,
                "screenWidth": width,
                "screenHeight": height,
                "deviceScaleFactor": _PHONE_PIXELS if mobile else 1,
                "mobile": mobile,
            },
        ),
        ("Emulation.setTouchEmulationEnabled", {"enabled": mobile}),
        (
            "Emulation.setEmulatedMedia",  # pages then show what they else fade in when scrolled
            {"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]},
        ),
        ("Emulation.setUserAgentOverride", _user_agent(version, mobile=mobile)),
    ]


def _user_agent(version: Mapping[str, str], *, mobile: bool) -> Json:
    """Return the browser's own name without "Headless", which many sites turn away."""
    own = version.get("User-Agent", "").replace("HeadlessChrome", "Chrome")
    found = re.search(r"Chrome/(\d+)", own)
    major = found[1] if found else "150"
    return {
        "userAgent": f"{_PHONE} Chrome/{major}.0.0.0 Mobile Safari/537.36" if mobile else own,
        "acceptLanguage": "en",
        "userAgentMetadata": {
            "brands": [
                {"brand": "Chromium", "version": major},
                {"brand": "Not/A)Brand", "version": "24"},
            ],
            "platform": "Android" if mobile else "Linux",
            "platformVersion": "",
            "architecture": "",
            "model": "K" if mobile else "",
            "mobile": mobile,
        },
    }
