"""From a list to assessments: reading it, storing its leads, submitting them."""
