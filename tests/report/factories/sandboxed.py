"""The bakery once more, with emulated providers and without a language model."""

from __future__ import annotations

from tests.report.factories import bakery
from tests.report.factories.rows import PNG, lead, report, run


def sandboxed():
    """Google's and SEMrush's data are emulated; the rest was measured."""
    real, emulated = bakery.RUNS[:2], []
    for made in bakery.RUNS[2:4]:
        values = {"score": made.score, "findings": made.findings, "metrics": made.metrics}
        emulated.append(run(made.name, sandbox=True, **values))
    rest = (
        bakery.RUNS[4],
        run("llm_analysis", "skipped", skip_code="not_configured", skip_reason="no OPENAI_API_KEY"),
    )
    return report(
        *real,
        *emulated,
        *rest,
        artefacts={"desktop.png": PNG, "mobile.png": PNG},
        business=lead(),
        advice=bakery.ADVICE,
    )
