"""All routes of the pages."""

from __future__ import annotations

from fastapi import APIRouter

from lfassess.api.web.views import (
    assessments,
    batches,
    control,
    failures,
    files,
    leads,
    login,
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
    control,
    reviews,
    system,
    submit,
):
    router.include_router(view.router)
