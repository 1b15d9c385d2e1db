"""MDN HTTP Observatory's twelve tests and score, from stored evidence (algorithm 6).

Written from the standards (CSP level 3, RFC 6265, RFC 6797, RFC 8941, Fetch) and the published
rules: https://developer.mozilla.org/en-US/observatory/docs/tests_and_scoring. Pure: no network.
"""

from lfassess.checks.security.observatory.results import ALGORITHM, Result
from lfassess.checks.security.observatory.scoring import Verdict, assess
from lfassess.checks.security.observatory.site import HttpResponse, Script, Site, Tls

__all__ = ["ALGORITHM", "HttpResponse", "Result", "Script", "Site", "Tls", "Verdict", "assess"]
