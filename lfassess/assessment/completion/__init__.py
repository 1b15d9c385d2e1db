"""What follows the last check: reports, reviews, rescoring, webhooks, retention."""
