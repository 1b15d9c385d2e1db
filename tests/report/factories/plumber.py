"""A business in trouble, with gaps: a failed, an inconclusive and two skipped checks."""

from __future__ import annotations

from tests.report.factories.rows import finding, lead, report, run

_SECURITY = run(
    "security",
    score=10,
    findings=[
        finding("certificate-untrusted", "critical", "Browsers show a warning instead of the site", "certificate has expired (2 January 2026)"),
        finding("no-https-redirect", "high", "Visitors aren't sent to the HTTPS version", "http://okaforplumbing.example/ answers 200"),
        finding("no-hsts", "medium", "Browsers aren't told to always use HTTPS (HSTS)", "no Strict-Transport-Security header"),
        finding("no-csp", "medium", "No content security policy", "no Content-Security-Policy header"),
        finding("no-nosniff", "low", 'The "nosniff" header is missing', "no X-Content-Type-Options header"),
        finding("no-permissions-policy", "info", "No rule limits access to camera and location", "no Permissions-Policy header"),
    ],
    metrics={
        "observatory": {"score": 10, "grade": "F", "algorithm": 6, "tests": {"content-security-policy": "csp-not-implemented", "redirection": "redirection-invalid-cert", "strict-transport-security": "hsts-invalid-cert", "x-content-type-options": "x-content-type-options-not-implemented", "x-frame-options": "x-frame-options-not-implemented"}},
        "tls": {"verified": False, "error": "certificate has expired", "version": "TLSv1.2", "issuer": "Example Trust Services", "not_before": "2025-10-04T00:00:00+00:00", "not_after": "2026-01-02T23:59:59+00:00"},
    },
)  # fmt: skip

_GBP = run(
    "gbp",
    findings=[finding("gbp-weak-match", "info", "A Google profile looks similar, but may not be this business", "nearest: “Okafor Heating”, confidence 38 of 100 (needed: 60)", "api")],
    metrics={"attribution": "Google", "found": True, "name": "Okafor Heating", "match": {"confidence": 38, "phone": None, "website": None, "address": None}, "status": "OPERATIONAL", "rating": None, "reviews": 0, "photos": 0, "days_open": 0},
    inconclusive_reason="no Google profile is surely this business's",
)  # fmt: skip

RUNS = (
    run("pagespeed", "failed", error_code="provider_timeout", error_message="psi: no answer in 60 s"),
    _SECURITY,
    _GBP,
    run("semrush", "skipped", skip_code="not_configured", skip_reason="no SEMRUSH_API_KEY"),
    run("visual", "failed", error_code="browser_crashed", error_message="chrome 139 tab crashed"),
    run("llm_analysis", "skipped", skip_code="not_configured", skip_reason="no OPENAI_API_KEY"),
)  # fmt: skip
LEAD = lead(
    name="Okafor & Daughters Plumbing, Heating and Drainage Services of Greater Springfield",
    website="http://okaforplumbing.example/",
    phone=None,
    address=None,
)


def plumber(**values):
    return report(*RUNS, business=LEAD, **values)
