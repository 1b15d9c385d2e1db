"""The tables, one per file."""

from lfassess.models.artefact import StoredArtefact
from lfassess.models.assessment import Assessment
from lfassess.models.attempt import Attempt
from lfassess.models.base import OPEN, Base, Outcome, Status
from lfassess.models.batch import Batch, BatchLead, BatchReject
from lfassess.models.check_run import CheckRun
from lfassess.models.lead import Lead

__all__ = [
    "OPEN",
    "Assessment",
    "Attempt",
    "Base",
    "Batch",
    "BatchLead",
    "BatchReject",
    "CheckRun",
    "Lead",
    "Outcome",
    "Status",
    "StoredArtefact",
]
