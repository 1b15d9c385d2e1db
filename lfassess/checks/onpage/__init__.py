"""On-page: what the pages, their files and the domain's mail records say, without any key."""

from __future__ import annotations

from lfassess.checks.base import Area, Check
from lfassess.checks.onpage.catalogue import KINDS
from lfassess.checks.onpage.evidence_reused import for_lead, with_rendered
from lfassess.checks.onpage.fetch import fetch_pages
from lfassess.checks.onpage.judge import judge

CHECK = Check(
    name="onpage",
    title="On-page",
    fetch=fetch_pages,
    judge=judge,
    kinds=KINDS,
    area=Area.SEARCH_BASICS,
    time_limit_s=40,
    depends_on="site",
    for_lead=for_lead,
    second_look=with_rendered,
)
