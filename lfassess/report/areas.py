"""The six areas of an audit: what each means for a business, and where its data come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Area:
    """What the report says about a check whatever it found."""

    title: str
    phrase: str  # its name within a sentence
    about: str  # what it means for customers and money
    worth: str  # what a strength here brings
    method: str
    source: str


AREAS: Final = {
    "pagespeed": Area(
        "Speed",
        "speed",
        "How quickly your pages appear and react, on a phone above all. Visitors who have to wait "
        "go back to the results and ring the next business on the list.",
        "Visitors get to see what you offer before they lose patience.",
        "A test visit to the home page on a simulated mid-range phone: loading, steadiness, "
        "response.",
        "Google Lighthouse",
    ),
    "security": Area(
        "Security",
        "security",
        "Whether visitors can trust the connection and their browser protects them on your site. "
        "A warning page turns customers away before they have read a word.",
        "Visitors meet no warnings and can trust what they type in.",
        "The connection, its certificate, and the protective headers the site sends, by the rules "
        "of MDN's HTTP Observatory.",
        "Own measurement, HTTP Observatory rules",
    ),
    "gbp": Area(
        "Google Business Profile",
        "the Google profile",
        "What people see of you on Google Search and Maps before they reach your website: opening "
        "hours, phone number, photos, reviews. For a local business it is often the first contact.",
        "Customers who find you on Google get what they need to choose you.",
        "The public profile that matches the business's name, address, phone and website.",
        "Google Places",
    ),
    "semrush": Area(
        "Search visibility",
        "visibility in search",
        "How often your site turns up when people search for what you sell. Visitors from search "
        "cost nothing per click; those you miss go to whoever stands above you.",
        "Visitors come without your paying for each click.",
        "Positions in Google's unpaid results, visitors, competitors and links from other sites.",
        "SEMrush (estimates)",
    ),
    "visual": Area(
        "First impression",
        "the first impression",
        "What a visitor sees in the first seconds, on a phone and on a desktop: what you offer, "
        "how to reach you, why to trust you. If it is not clear at once, most do not look for it.",
        "Visitors see at once that they are in the right place.",
        "The home page as a real browser shows it, in a phone's and a desktop's window.",
        "Own measurement, Chromium browser",
    ),
    "llm_analysis": Area(
        "Recommendations",
        "the recommendations",
        "What to do about it all, in which order, and what each step is worth.",
        "",
        "The findings of the other areas, put in order; each recommendation rests on findings in "
        "this report.",
        "Findings of this audit",
    ),
}

ORDER: Final = tuple(AREAS)


def area(name: str) -> Area:
    """Return the area of a check; one that is not known here is named by its check's name."""
    title = name.replace("_", " ").strip().capitalize() or "Other"
    return AREAS.get(name) or Area(
        title, title.lower(), "", "", "See the findings.", "Own measurement"
    )


def place(name: str) -> tuple[int, str]:
    """Return a sort key: the areas' order, then by name."""
    return (ORDER.index(name) if name in ORDER else len(ORDER), name)
