"""Finds Chromium and its driver, and knows the flags both the browser and Lighthouse need."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from lfassess.clients.cage.account import has_helper, other_people
from lfassess.clients.cage.cage import Mode
from lfassess.errors import BrowserExposedError, ConfigurationError, ToolMissingError
from lfassess.settings import Settings

INSTALL_HINT: Final = (
    "Install them: `lfassess setup`; or name them in LFASSESS_BROWSER and LFASSESS_CHROMEDRIVER."
)

# Headless-shell first: it takes about half the memory of the full browser.
_BROWSERS: Final = (
    "/usr/lib/chromium/chromium-headless-shell",
    "chrome-headless-shell",
    "chromium-headless-shell",
    "/usr/lib/chromium/chromium",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
_DRIVERS: Final = ("chromedriver", "/usr/bin/chromedriver")


def _first(candidates: tuple[str, ...]) -> Path | None:
    found = (shutil.which(name) for name in candidates)
    return next((Path(path) for path in found if path), None)


def own_tools(settings: Settings) -> tuple[Path, Path]:
    """Return where `lfassess setup` links to the browser and driver that it fetched."""
    place = settings.data_dir / "browser"
    return place / "chrome", place / "chromedriver"


def find_browser(settings: Settings) -> Path:
    """Return Chromium's program; raises ToolMissingError."""
    if settings.browser_path is not None:
        if os.access(settings.browser_path, os.X_OK):
            return settings.browser_path
        raise ToolMissingError(
            f"There is no browser at {settings.browser_path}.",
            provider="browser",
            hint=f"LFASSESS_BROWSER names it. {INSTALL_HINT}",
        )
    found = _first((*_BROWSERS, str(own_tools(settings)[0])))
    if found is None:
        raise ToolMissingError("No chromium was found.", provider="browser", hint=INSTALL_HINT)
    return found


def find_driver(settings: Settings) -> Path:
    """Return ChromeDriver's program; raises ToolMissingError."""
    named = settings.chromedriver_path
    found = named if named is not None and os.access(named, os.X_OK) else None
    if named is None:
        found = _first((*_DRIVERS, str(own_tools(settings)[1])))
    if found is None:
        raise ToolMissingError(
            f"There is no chromedriver{f' at {named}' if named else ''}.",
            provider="browser",
            hint=INSTALL_HINT,
        )
    return found


def base_flags(proxy_url: str, *, sandbox: bool) -> list[str]:
    """Return the flags of every Chromium here: nothing leaves but through the guard's proxy.

    ``sandbox`` is whether Chromium can have its own where it is to run.
    """
    flags = [
        f"--proxy-server={proxy_url}",
        "--proxy-bypass-list=<-loopback>",
        "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-extensions",
        "--no-first-run",
        "--mute-audio",
        "--hide-scrollbars",
    ]
    if not sandbox:
        flags.append("--no-sandbox")
    return flags


def sandboxed(mode: Mode, browser: Path) -> bool:
    """Tell whether the browser can have its own sandbox in a cage.

    Where the kernel refuses it namespaces, a program of root's that some distributions install
    beside it may help, unless a porter, who lets nothing gain rights, stands at its ports.
    """
    if mode.sandbox or os.geteuid() == 0 or mode.ports:
        return mode.sandbox
    return has_helper(browser)


def require_closed_ports(mode: Mode, settings: Settings) -> None:
    """Refuse a browser that other people's accounts could have run programs as this one.

    Raises:
        BrowserExposedError: nothing keeps them from its ports, and no setting allows it.
    """
    if mode.ports or mode.account is not None or settings.allow_exposed_browser:
        return
    if others := other_people():
        raise BrowserExposedError(
            f"No browser is started: other accounts here ({', '.join(others[:3])}) could run "
            "programs as this one through it.",
            provider="browser",
            hint="`lfassess doctor` says how its ports are closed to them.",
        )


def trusted_keys(ca_bundle: Path | None) -> list[str]:
    """Return the flag that trusts the bundle's certificates, in a list; empty without one.

    Chromium ignores certificate errors of chains that hold one of these public keys.
    """
    if ca_bundle is None:
        return []
    try:
        certificates = x509.load_pem_x509_certificates(ca_bundle.read_bytes())
    except (OSError, ValueError) as e:
        raise ConfigurationError(
            f"LFASSESS_CA_BUNDLE, {ca_bundle}, can't be read as PEM certificates.",
            hint="Name a file that holds them, or unset it.",
        ) from e
    hashes = [
        base64.b64encode(
            hashlib.sha256(
                c.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            ).digest()
        ).decode()
        for c in certificates
    ]
    return [f"--ignore-certificate-errors-spki-list={','.join(hashes)}"]
