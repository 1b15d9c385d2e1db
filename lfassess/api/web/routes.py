"""All routes of the pages."""

from __future__ import annotations

from fastapi import APIRouter

from lfassess.api.web.views import (
    assessments,
    batches,
    failures,
    files,
    leads,
    login,
    operations,
    overview,
    reviews,
    static,
    submit,
    system,
)

router = APIRouter(include_in_schema=False)
for view in (
    static,
    login,
    overview,
    batches,
    assessments,
    files,
    leads,
    failures,
    operations,
    reviews,
    system,
    submit,
):
    router.include_router(view.router)
