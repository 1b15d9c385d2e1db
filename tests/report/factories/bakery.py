"""A middling business with everything assessed and insights of a language model."""

from __future__ import annotations

from tests.report.factories.rows import PNG, advice, finding, lead, report, run

ADVICE = {
    "slow-largest-paint": advice(
        "The main picture of the home page appears late on a phone.",
        "Some visitors leave before they have seen anything useful.",
        "Save the top picture as WebP at the width it is shown (about 800 px), and let the page "
        "load it before anything else.",
    ),
    "blocked-page": advice(
        "The page is busy with scripts while it loads and does not react to taps.",
        "Visitors who tap the menu and see nothing happen believe the site is broken.",
        "Remove the two chat and tracking scripts that are not used, and load the others after "
        "the page.",
        impact="medium",
    ),
    "visual-phone-out-of-sight": advice(
        "On a phone, the phone number isn't visible before scrolling.",
        "People on the move want to call. Each extra step loses some of them.",
        "Put a button with the number into the top bar of the phone layout.",
        effort="low",
    ),
    "visual-no-call-to-action": advice(
        "Nothing on the first screen says what to do next.",
        "Visitors who are not led to an order or a table mostly do neither.",
        'Add one clear button, for example "Order for collection", below the headline.',
        effort="low",
        impact="medium",
    ),
}

_PAGESPEED = run(
    "pagespeed",
    score=46,
    findings=[
        finding("slow-largest-paint", "high", "The main content appears late on a phone", "LCP 5.8 s; good is up to 2.5 s", "rendered"),
        finding("blocked-page", "medium", "The page reacts late while it loads", "TBT 740 ms; good is up to 200 ms", "rendered"),
        finding("steady-page", "passed", "The page doesn't jump while it loads", "CLS 0.03", "rendered"),
    ],
    metrics={
        "source": "psi",
        "lighthouse_version": "13.3.0",
        "mobile": {
            "categories": {"performance": 46, "accessibility": 88, "best-practices": 79, "seo": 92},
            "lab": {"lcp": 5810.2, "cls": 0.031, "tbt": 740.0, "fcp": 2310.0, "si": 6120.4},
            "field": {"lcp": 4200, "inp": 265, "cls": 0.05},
        },
        "desktop": {
            "categories": {"performance": 81, "accessibility": 88, "best-practices": 79, "seo": 92},
            "lab": {"lcp": 1730.0, "cls": 0.01, "tbt": 120.0, "fcp": 890.0, "si": 1680.0},
        },
    },
)  # fmt: skip

_SECURITY = run(
    "security",
    score=55,
    findings=[
        finding("no-csp", "medium", "No content security policy", "no Content-Security-Policy header"),
        finding("clickjacking", "medium", "Other sites can embed these pages (clickjacking)", "no X-Frame-Options header, no frame-ancestors"),
        finding("version-leak", "low", "The server shows its software version", "Server: Apache/2.4.41"),
        finding("https-works", "passed", "The connection is encrypted and trusted", "TLS 1.3, certificate valid for 71 more days"),
    ],
    metrics={
        "observatory": {
            "score": 55,
            "grade": "C",
            "algorithm": 6,
            "tests": {
                "content-security-policy": "csp-not-implemented",
                "cookies": "cookies-not-found",
                "cross-origin-resource-sharing": "cross-origin-resource-sharing-not-implemented",
                "redirection": "redirection-to-https",
                "referrer-policy": "referrer-policy-not-implemented",
                "strict-transport-security": "hsts-implemented-max-age-at-least-six-months",
                "subresource-integrity": "sri-not-implemented-but-all-scripts-loaded-from-secure-origin",
                "x-content-type-options": "x-content-type-options-nosniff",
                "x-frame-options": "x-frame-options-not-implemented",
                "cross-origin-resource-policy": "corp-not-implemented",
                "cross-origin-opener-policy": "coop-not-implemented",
                "cross-origin-embedder-policy": "coep-not-implemented",
            },
        },
        "tls": {"verified": True, "error": None, "version": "TLSv1.3", "cipher": "TLS_AES_256_GCM_SHA384", "subject": "harbourbakery.example", "issuer": "Example Trust Services", "names": ["harbourbakery.example"], "not_before": "2026-02-25T00:00:00+00:00", "not_after": "2026-05-27T23:59:59+00:00", "self_signed": False},
        "final_url": "https://harbourbakery.example/",
        "server": "Apache/2.4.41",
    },
)  # fmt: skip

_GBP = run(
    "gbp",
    score=84,
    findings=[
        finding("gbp-few-photos", "medium", "The Google profile has few photos", "6 photos, 10 or more are usual", "api"),
        finding("gbp-complete", "passed", "The Google profile's basics are filled in", "website, phone, opening hours, category and photos shown", "api"),
        finding("gbp-well-reviewed", "passed", "Customers rate the business well on Google", "4.7 of 5 from 213 reviews", "api"),
    ],
    metrics={
        "attribution": "Google",
        "found": True,
        "place_id": "invented-bakery",
        "maps_url": "https://maps.google.com/?cid=42",
        "match": {"confidence": 98, "name": 1.0, "phone": True, "website": True, "address": 1.0},
        "name": "Harbour Bakery",
        "status": "OPERATIONAL",
        "category": "Bakery",
        "rating": 4.7,
        "reviews": 213,
        "newest_review_days": 12,
        "low_star_share": 0.0,
        "photos": 6,
        "days_open": 6,
        "service_area": False,
        "not_measurable": ["replies to reviews", "posts", "questions and answers"],
    },
)  # fmt: skip

_SEMRUSH = run(
    "semrush",
    score=41,
    findings=[
        finding("semrush-competitor-ahead", "medium", "A competitor gets far more visitors from search", "breadandtide.example: about 2,140 visitors a month, against 180", "api"),
        finding("semrush-near-first-page", "medium", "Some searches rank just below the first page", "2 of the top 4: “sourdough portland” at 13 (720 searches a month), “birthday cake portland me” at 17 (390 searches a month)", "api"),
        finding("semrush-few-backlinks", "low", "Few backlinks from other websites", "11 linking websites", "api"),
    ],
    metrics={
        "attribution": "SEMrush",
        "domain": "harbourbakery.example",
        "database": "us",
        "ranked": True,
        "organic_keywords": 64,
        "organic_traffic": 180,
        "top_keywords": [
            {"keyword": "harbour bakery", "position": 1, "search_volume": 260},
            {"keyword": "bakery old port", "position": 8, "search_volume": 480},
            {"keyword": "sourdough portland", "position": 13, "search_volume": 720},
            {"keyword": "birthday cake portland me", "position": 17, "search_volume": 390},
            {"keyword": "wedding cakes maine", "position": 38, "search_volume": 1300},
        ],
        "competitors": [
            {"domain": "breadandtide.example", "common_keywords": 41, "organic_traffic": 2140},
            {"domain": "oldportcakes.example", "common_keywords": 27, "organic_traffic": 960},
            {"domain": "crumbmaine.example", "common_keywords": 19, "organic_traffic": 310},
        ],
        "authority": 14,
        "linking_domains": 11,
        "backlinks": 86,
        "cut_short": False,
    },
)  # fmt: skip

_VISUAL = run(
    "visual",
    score=68,
    findings=[
        finding("visual-phone-out-of-sight", "high", "Phone visitors can't see how to call you", "no number above the fold at 390 px", "rendered"),
        finding("visual-no-call-to-action", "medium", "The first screen asks for nothing", "no button above the fold", "rendered"),
        finding("visual-fits-phones", "passed", "Text is large enough to read on a phone", "smallest text 16 px", "rendered"),
    ],
    metrics={
        "url": "https://harbourbakery.example/",
        "desktop": {"status": 200, "first_paint_ms": 410, "load_ms": 1650, "layout_shift": 0.01, "requests": 41, "received_bytes": 2_940_000, "page_height_px": 2890, "sideways_scroll_px": 0, "usual_text_size_px": 16, "pictures": 14, "broken_pictures": 0, "script_errors": 0, "telephone_numbers": 1},
        "mobile": {"status": 200, "first_paint_ms": 520, "load_ms": 1980, "layout_shift": 0.03, "requests": 43, "received_bytes": 3_120_000, "page_height_px": 4210, "sideways_scroll_px": 0, "usual_text_size_px": 16, "pictures": 14, "broken_pictures": 0, "script_errors": 0, "telephone_numbers": 1},
    },
)  # fmt: skip

_INSIGHTS = {
    "by": "llm",
    "executive_summary": "Customers who know Harbour Bakery love it: 4.7 stars from 213 reviews. "
    "Those who don't know it yet have a harder time. On a phone the site takes almost six seconds "
    "to show its main picture, the number to call is out of sight, and two searches with over a "
    "thousand people a month end just short of the first page.",
    "recommendations": [
        {
            "title": "Put a call button at the top of the phone layout",
            "why": "Most people who look for a bakery do it on a phone, on the way. A number in "
            "sight turns lookers into callers.",
            "how": "Add a button with tel:+12075550142 to the header of the mobile theme, and "
            "keep it in view while scrolling.",
            "impact": "high",
            "effort": "low",
            "evidence_ids": ["visual-phone-out-of-sight", "visual-no-call-to-action"],
        },
        {
            "title": "Make the home page's picture load in under 2.5 seconds",
            "why": "At 5.8 seconds many phone visitors have gone back to the results before they "
            "have seen a single loaf.",
            "how": "Export the picture as WebP at 800 px, preload it, and move the chat script "
            "below it.",
            "impact": "high",
            "effort": "medium",
            "evidence_ids": ["slow-largest-paint", "blocked-page"],
        },
        {
            "title": "Add ten fresh photos to the Google profile",
            "why": "Profiles with plenty of photos get more calls and more requests for the way.",
            "how": "Upload shop front, counter, team and six best sellers at business.google.com.",
            "impact": "medium",
            "effort": "low",
            "evidence_ids": ["gbp-few-photos"],
        },
        {
            "title": "Give sourdough and birthday cakes a page each",
            "why": "Both searches stand just behind the first page; moving up by a few places "
            "brings visitors every month at no cost per click.",
            "how": "Write a page of 300 words with prices, photos and an order button for each, "
            "and link to it from the home page.",
            "impact": "high",
            "effort": "high",
            "evidence_ids": ["semrush-near-first-page", "semrush-competitor-ahead"],
        },
        {
            "title": "Set the two missing security headers",
            "why": "They keep strangers from putting your pages into theirs, and cost nothing.",
            "how": "Add X-Frame-Options: SAMEORIGIN and a Content-Security-Policy in Apache.",
            "impact": "low",
            "effort": "low",
            "evidence_ids": ["no-csp", "clickjacking"],
        },
        {
            "title": "Ask suppliers and local guides for a link",
            "why": "Eleven websites link to you; the bakery ahead of you has many more.",
            "how": "Start with the mill, the market's list of traders and the food blog.",
            "impact": "low",
            "effort": "high",
            "evidence_ids": ["semrush-few-backlinks"],
        },
    ],
    "quick_wins": [
        "Add a call button to the phone layout.",
        "Upload ten photos to the Google profile.",
        "Switch two unused scripts off.",
    ],
    "sales_talking_point": "SALES-ONLY: open with the missing phone number.",
    "email_draft": "EMAIL-DRAFT: Hello, we looked at your website …",
}

_LLM = run(
    "llm_analysis",
    metrics={"model": "test-model", "dropped_recommendations": 0, "insights": _INSIGHTS},
)

RUNS = (_PAGESPEED, _SECURITY, _GBP, _SEMRUSH, _VISUAL, _LLM)


def bakery(artefacts=None, **values):
    pictures = {"desktop.png": PNG, "mobile.png": PNG} if artefacts is None else artefacts
    return report(*RUNS, artefacts=pictures, business=lead(), advice=ADVICE, **values)
