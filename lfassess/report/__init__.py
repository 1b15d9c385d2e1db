"""From stored rows to the audit report."""
