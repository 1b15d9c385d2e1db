"""The tables, one per file."""

from lfassess.db.models.artefact import StoredArtefact
from lfassess.db.models.assessment import Assessment
from lfassess.db.models.assessment_rival import AssessmentRival
from lfassess.db.models.attempt import Attempt
from lfassess.db.models.base import Base
from lfassess.db.models.batch import Batch, BatchLead, BatchReject
from lfassess.db.models.check_run import CheckRun
from lfassess.db.models.failure_state import FailureState
from lfassess.db.models.idempotency_key import IdempotencyKey
from lfassess.db.models.lead import CustomField, Lead
from lfassess.db.models.opportunity import Opportunity
from lfassess.db.models.provider_call import ProviderCall
from lfassess.db.models.provider_state import ProviderState
from lfassess.db.models.review import FindingDismissal, Review
from lfassess.db.models.share import Share
from lfassess.db.models.suppression import Suppression
from lfassess.db.models.system_state import Control
from lfassess.db.models.web_session import WebSession
from lfassess.db.models.webhook_delivery import WebhookDelivery
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
