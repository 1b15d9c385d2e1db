"""The tables, those that belong together in one file."""

from lfassess.db.models.assessment import Assessment, AssessmentRival, StoredArtefact
from lfassess.db.models.base import Base
from lfassess.db.models.batch import Batch, BatchLead, BatchReject
from lfassess.db.models.check_run import Attempt, CheckRun
from lfassess.db.models.control import Control, FailureState
from lfassess.db.models.lead import CustomField, Lead, Opportunity, Suppression
from lfassess.db.models.provider import ProviderCall, ProviderState
from lfassess.db.models.review import FindingDismissal, Review, Share
from lfassess.db.models.web import IdempotencyKey, WebhookDelivery, WebSession
from lfassess.statuses import OPEN, Outcome, Status

__all__ = [
    "OPEN",
    "Assessment",
    "AssessmentRival",
    "Attempt",
    "Base",
    "Batch",
    "BatchLead",
    "BatchReject",
    "CheckRun",
    "Control",
    "CustomField",
    "FailureState",
    "FindingDismissal",
    "IdempotencyKey",
    "Lead",
    "Opportunity",
    "Outcome",
    "ProviderCall",
    "ProviderState",
    "Review",
    "Share",
    "Status",
    "StoredArtefact",
    "Suppression",
    "WebSession",
    "WebhookDelivery",
]
