"""security.txt as RFC 9116 has it."""

from __future__ import annotations

import pytest

from lfassess.checks.security import rules_security_txt
from tests.checks.security.test_judge import evidence, judge

GOOD = "# ours\nContact: mailto:safe@shop.test\nExpires: 2026-12-31T23:00:00Z\n"


def codes(text, status=200, **more):
    answer = {"status": status, "text": text, **more}
    found = {f.code for f in judge(evidence(security_txt=answer)).findings}
    return {code for code in found if "security-txt" in code}


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        (GOOD, 200, "security-txt-valid"),
        (GOOD.replace("2026-12", "2025-12"), 200, "security-txt-expired"),
        ("Contact: mailto:a@shop.test", 200, "security-txt-invalid"),  # Expires is missing
        ("Expires: 2026-12-31T23:00:00Z", 200, "security-txt-invalid"),  # Contact is missing
        (GOOD + "Expires: 2027-12-31T23:00:00Z", 200, "security-txt-invalid"),
        (GOOD.replace("2026-12-31T23:00:00Z", "soon"), 200, "security-txt-invalid"),
        ("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n" + GOOD, 200, "security-txt-valid"),
        ("contact: https://shop.test/safe\nEXPIRES: 2026-12-31T23:00:00Z", 200, "security-txt-valid"),
        (f"\n<html>\n{GOOD}</html>", 200, "no-security-txt"),
        ("", 404, "no-security-txt"),
        ("Nothing here", 200, "no-security-txt"),
    ],
)  # fmt: skip
def test_a_contact_file_is_judged_by_its_fields(text, status, code):
    assert codes(text, status) == {code}


@pytest.mark.parametrize(
    ("contact", "shown"),
    [
        ("tel:+19125550176", "+1 912-555-0176"),
        ("mailto:safe@shop.test?subject=Hole", "safe@shop.test"),
        ("https://shop.test/safe", "https://shop.test/safe"),
    ],
)
def test_a_contact_is_shown_as_people_write_it(contact, shown):
    answer = {"status": 200, "text": GOOD.replace("mailto:safe@shop.test", contact)}
    found = {f.code: f.evidence for f in judge(evidence(security_txt=answer)).findings}
    assert found["security-txt-valid"] == f"Contact: {shown}"


def test_no_answer_says_nothing_about_the_file():
    assert codes("", error="shop.test did not answer in time.") == set()


def test_fields_are_named_without_regard_to_case():
    assert rules_security_txt.fields("CONTACT: a\ncontact:b")["contact"] == ["a", "b"]
