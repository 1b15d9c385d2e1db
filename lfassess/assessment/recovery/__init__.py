"""Repairs what crashes leave behind, and what operators order: pause, resume, cancel, requeue."""
