"""Leads on their way out: which ones, with which columns, in which form."""
