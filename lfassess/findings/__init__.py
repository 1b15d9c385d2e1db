"""One fact, one finding, and no praise against a fault: rules across all checks; pure."""

from lfassess.checks.advice_catalogue import HARDENING
from lfassess.findings.consolidate import area_of, consolidate, no_site_code
from lfassess.findings.implied import ABOUT_THE_PAGE, IMPLIED, NO_SITE, SITE_AREAS
from lfassess.findings.praise import PRAISE, Praise

__all__ = [
    "ABOUT_THE_PAGE",
    "HARDENING",
    "IMPLIED",
    "NO_SITE",
    "PRAISE",
    "SITE_AREAS",
    "Praise",
    "area_of",
    "consolidate",
    "no_site_code",
]
