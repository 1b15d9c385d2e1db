"""MDN HTTP Observatory's ten tests and score, from stored evidence (algorithm version 4).

Rules: https://developer.mozilla.org/en-US/observatory/docs/tests_and_scoring. Pure: no network.
"""

from lfassess.checks.observatory.site import Answer, Site
from lfassess.checks.observatory.verdict import ALGORITHM_VERSION, Verdict, assess

__all__ = ["ALGORITHM_VERSION", "Answer", "Site", "Verdict", "assess"]
