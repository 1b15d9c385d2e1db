"""The tables, one per file."""

from lfassess.models.artefact import StoredArtefact
from lfassess.models.assessment import Assessment
from lfassess.models.attempt import Attempt
from lfassess.models.base import Base
from lfassess.models.batch import Batch, BatchLead, BatchReject
from lfassess.models.check_run import CheckRun
from lfassess.models.control import Control
from lfassess.models.failure_state import FailureState
from lfassess.models.idempotency_key import IdempotencyKey
from lfassess.models.lead import Lead
from lfassess.models.provider_call import ProviderCall
from lfassess.models.provider_state import ProviderState
from lfassess.models.review import FindingOverrule, Review
from lfassess.models.web_session import WebSession
from lfassess.models.webhook_delivery import WebhookDelivery
from lfassess.status import OPEN, Outcome, Status

__all__ = [
    "OPEN",
    "Assessment",
    "Attempt",
    "Base",
    "Batch",
    "BatchLead",
    "BatchReject",
    "CheckRun",
    "Control",
    "FailureState",
    "FindingOverrule",
    "IdempotencyKey",
    "Lead",
    "Outcome",
    "ProviderCall",
    "ProviderState",
    "Review",
    "Status",
    "StoredArtefact",
    "WebSession",
    "WebhookDelivery",
]
