"""The orchestrator: from a lead to a finished assessment."""
