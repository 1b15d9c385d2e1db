"""The pages in a real browser: submit, watch, open, filter, send again; and hostile text."""

from __future__ import annotations

import json

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

from lfassess.api import dependencies
from lfassess.api.app import create_app
from lfassess.assessment.completion.sharing import share
from lfassess.assessment.intake.submission import submit_lead
from lfassess.errors import TargetUnreachableError
from tests.api.web.conftest import doubtful, serve
from tests.support import six_checks

pytestmark = [pytest.mark.browser, pytest.mark.integration]

CSV = "name,website\n" + "".join(f"Lead {n},https://lead-{n}.test/\n" for n in range(1, 5))

HOSTILE = (
    "<script>window.xss=1</script>",
    "<img src=x onerror=window.xss=1>",
    '"><svg/onload=window.xss=1>',
    "' onmouseover='window.xss=1",
    "javascript:window.xss=1",
    "</title></textarea></style></pre><script>window.xss=1</script>",
    "{{ 7*7 }}{% raw %}",
    '<a href="javascript:window.xss=1" autofocus onfocus=window.xss=1>click</a>',
    '<iframe srcdoc="<script>parent.xss=1</script>"></iframe>',
    "&lt;script&gt;window.xss=1&lt;/script&gt;",
    "\u202e<b>turned</b>",
)


def failing(_target, _ctx):
    raise TargetUnreachableError("the site does not answer", provider="website")


@pytest.fixture
def address(harness):
    app = create_app(harness.runtime)
    app.dependency_overrides[dependencies.orchestrator_of] = lambda: harness.orchestrator
    with serve(app) as url:
        yield url


@pytest.fixture
def page(driver, address):
    driver.get_log("browser")  # what an earlier test left there
    driver.get(address)
    return driver


def find(driver, css):
    return driver.find_element(By.CSS_SELECTOR, css)


def text_of(driver, css="main"):
    """Return the text at one moment: parts of a live page are exchanged at any other."""
    script = "const found = document.querySelector(arguments[0]); return found?.innerText ?? ''"
    return driver.execute_script(script, css)


def wait_for(driver, condition, seconds=60):
    return WebDriverWait(driver, seconds, poll_frequency=0.1).until(condition)


def said(driver, text, css="main"):
    wait_for(driver, lambda d: text in text_of(d, css))


def faults(driver):
    """Return what the browser complained about, missing pages aside."""
    return [e["message"] for e in driver.get_log("browser") if "404" not in e["message"]]


def test_csv_is_submitted_watched_live_and_its_report_opened(page, harness, tmp_path):
    harness.checks = six_checks(gbp=failing)
    file = tmp_path / "leads.csv"
    file.write_text(CSV)
    page.find_element(By.LINK_TEXT, "Submit leads").click()
    find(page, "#file").send_keys(str(file))
    said(page, "leads.csv, 1 kB", ".drop-name")
    find(page, "form[action='/submit/preview'] button").click()
    said(page, "Nothing is stored yet.")
    find(page, "form[action='/submit/file'] button").click()
    wait_for(page, lambda d: "/batches/" in d.current_url)
    said(page, "0 %", "#batch")
    page.execute_script("window.unmoved = true")
    harness.drain()
    said(page, "100 %", "#batch")
    said(page, "Lead 4", "#leads")
    wait_for(page, lambda d: len(d.find_elements(By.CSS_SELECTOR, "#leads .s-completed")) == 4)
    assert page.execute_script("return window.unmoved"), "the page was loaded again"
    page.find_element(By.LINK_TEXT, "Lead 4").click()
    said(page, "5 of 6 checks")
    page.find_element(By.LINK_TEXT, "Open the report").click()
    wait_for(page, lambda d: d.current_url.endswith("/report"))
    said(page, "Lead 4", "body")
    assert faults(page) == []


def test_errors_are_filtered_and_one_is_sent_again(page, harness, address):
    harness.checks = six_checks(security=failing)
    for name in ("Harbour Bakery", "Cedar Dental"):
        submit_lead(harness.orchestrator, harness.add_lead(name, f"https://{name[:4]}.test/"))
    harness.drain()
    page.find_element(By.LINK_TEXT, "Errors").click()
    page.find_element(By.LINK_TEXT, "Security: target_unreachable").click()
    said(page, "Cedar Dental")
    Select(find(page, "select[name=since]")).select_by_visible_text("1h")
    find(page, ".filter button").click()
    wait_for(page, lambda d: "since=1h" in d.current_url)
    harness.checks = six_checks()
    button = "//tr[contains(., 'Cedar Dental')]//button"
    wait_for(page, lambda d: d.find_element(By.XPATH, button)).click()
    said(page, "Queued to run again.")
    harness.drain()
    ended = harness.rows(
        "SELECT l.name, c.status FROM check_runs c JOIN leads l ON l.id = c.lead_id"
        " WHERE c.name = 'security' ORDER BY l.name"
    )
    assert [(r["name"], r["status"]) for r in ended] == [
        ("Cedar Dental", "completed"),
        ("Harbour Bakery", "failed"),
    ]
    assert faults(page) == []


def test_file_dropped_on_the_form_is_taken(page, address):
    page.get(f"{address}/submit")
    page.execute_script("""
        const given = new DataTransfer();
        given.items.add(new File(["name,website\\na,a.test\\n"], "dropped.csv"));
        document.querySelector("[data-drop]").dispatchEvent(
            new DragEvent("drop", { dataTransfer: given, bubbles: true, cancelable: true }));
    """)
    said(page, "dropped.csv", ".drop-name")
    find(page, "form[action='/submit/preview'] button").click()
    said(page, "dropped.csv")


def test_visit_outlives_a_link_on_another_site(page, address):
    token = "return document.querySelector('[name=token]').value"
    page.get(f"{address}/submit")
    before = page.execute_script(token)
    page.get(f"{address.replace('127.0.0.1', 'localhost')}/leads")
    page.execute_script(f"location.href = '{address}/submit'")
    wait_for(page, lambda d: d.find_elements(By.NAME, "token") and "/submit" in d.current_url)
    assert page.execute_script(token) == before


def test_keyboard_reaches_the_content_first(page):
    page.execute_script("document.querySelector('.skip').focus()")
    page.execute_script("document.querySelector('.skip').click()")
    assert page.switch_to.active_element.get_attribute("id") == "content"


def press(page, keys):
    ActionChains(page).send_keys(keys).perform()


def focused(page, name):
    return page.switch_to.active_element.get_attribute(name)


def test_an_audit_is_reviewed_by_keyboard_alone(page, harness, address):
    assessment_id = doubtful(harness)
    page.get(f"{address}/review/{assessment_id}")
    assert faults(page) == []
    press(page, "j")
    assert "port 443 is closed" in page.switch_to.active_element.text
    press(page, "d")
    assert focused(page, "name") == "by"
    press(page, f"Ann Approver{Keys.TAB}Seen by hand{Keys.ENTER}")
    wait_for(page, lambda d: "Seen by hand" in find(d, "#h-dismissed + ul").text)
    press(page, "a")
    # The name is remembered, so that the button comes next.
    wait_for(page, lambda d: d.switch_to.active_element.text == "Approve")
    press(page, Keys.ENTER)
    wait_for(page, lambda d: "Nothing waits for you." in find(d, "main").text)
    assert harness.row("SELECT decided_by FROM reviews")["decided_by"] == "Ann Approver"


def narrow(page, width):
    """Have the window as wide as a phone; 0: as it was."""
    name = "setDeviceMetricsOverride" if width else "clearDeviceMetricsOverride"
    values = (
        {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": True} if width else {}
    )
    page.execute_cdp_cmd(f"Emulation.{name}", values)


def tab_to(page, css):
    """Press Tab until what is found has the focus."""
    for _ in range(60):
        press(page, Keys.TAB)
        if page.execute_script("return document.activeElement.matches(arguments[0])", css):
            return
    pytest.fail(f"Tab does not reach {css}")


def test_leads_are_called_and_links_revoked_on_a_phone_by_keyboard(page, harness, address):
    assessment_id = doubtful(harness)
    harness.execute("UPDATE leads SET phone = '+12075550111'")
    harness.execute("UPDATE opportunities SET out = NULL")
    harness.execute("UPDATE reviews SET state = 'approved'")
    share(harness.database, assessment_id, "teaser", days=30)
    narrow(page, 390)
    try:
        page.get(f"{address}/leads/rank")
        tab_to(page, "[name=q]")
        press(page, f"Bakery{Keys.ENTER}")
        wait_for(page, lambda d: d.current_url == f"{address}/leads/rank?q=Bakery")
        tab_to(page, "a[href^='tel:']")
        assert focused(page, "href") == "tel:+12075550111"
        page.get(f"{address}/shares")
        tab_to(page, "td button")
        button = page.switch_to.active_element.rect
        assert button["x"] + button["width"] <= 390
        press(page, Keys.ENTER)
        said(page, "The link is revoked")
        for path in ("/leads", "/leads/changed", "/shares?which=all", "/leads/do-not-contact"):
            page.get(address + path)
            wide = "document.documentElement, ...document.querySelectorAll('.scroll')"
            hidden = f"return [{wide}].some((e) => e.scrollWidth > e.clientWidth)"
            assert not page.execute_script(hidden), path
    finally:
        narrow(page, 0)
    assert faults(page) == []


_SPOIL = """
UPDATE leads SET phone = :bad, address = :bad, extra = CAST(:extra AS jsonb);
UPDATE check_runs SET findings = CAST(:findings AS jsonb), evidence = CAST(:evidence AS jsonb),
       metrics = CAST(:metrics AS jsonb), error_message = :bad, inconclusive_reason = :bad;
UPDATE attempts SET worker = :bad, error_message = :bad, fingerprint = :bad, provider = :bad;
INSERT INTO reviews (assessment_id, state, reasons, note, decided_by)
VALUES (:id, 'needs_review', CAST(:reasons AS jsonb), :bad, :bad)
    ON CONFLICT (assessment_id) DO UPDATE
   SET state = 'needs_review', reasons = excluded.reasons, note = :bad, decided_by = :bad;
INSERT INTO finding_overrules (assessment_id, check_name, code, note, decided_by)
VALUES (:id, 'gbp', :bad, :bad, :bad);
INSERT INTO batches (name) VALUES (:bad);
INSERT INTO batch_leads SELECT b.id, a.lead_id, 1, a.id FROM batches b, assessments a;
INSERT INTO batch_rejects SELECT id, 1, :bad, :bad FROM batches;
UPDATE control SET paused = true, reason = :bad
"""


def hostile_rows(harness):
    """Put hostile text wherever a website, a provider, a file or a person can put text."""
    bad = " ".join(HOSTILE)
    harness.checks = six_checks(security=failing)
    assessment_id, _ = submit_lead(
        harness.orchestrator, harness.add_lead(bad, f"https://a.test/{bad}")
    )
    harness.drain()
    finding = {"code": bad, "severity": "high", "title": bad, "evidence": bad, "source": bad}
    insights = {"executive_summary": bad, "sales_talking_point": bad, "email_draft": bad}
    values = {
        "bad": bad,
        "id": assessment_id,
        "findings": json.dumps([{**finding, "advice_id": bad}]),
        "metrics": json.dumps({"insights": insights}),
        "evidence": json.dumps({bad: [bad]}),
        "reasons": json.dumps([bad]),
        "extra": json.dumps({bad: bad}),
    }
    for statement in _SPOIL.split(";\n"):
        used = {k: v for k, v in values.items() if f":{k}" in statement}
        harness.execute(statement, **used)
    return assessment_id


def test_hostile_text_runs_nowhere(page, harness, address):
    assessment_id = hostile_rows(harness)
    batch_id = harness.row("SELECT id FROM batches")["id"]
    lead_id = harness.row("SELECT id FROM leads")["id"]
    paths = (
        "/",
        "/batches",
        f"/batches/{batch_id}",
        f"/assessments/{assessment_id}",
        f"/assessments/{assessment_id}/report",
        "/leads",
        "/leads/rank",
        f"/leads/{lead_id}",
        "/errors",
        "/review",
        f"/review/{assessment_id}",
        "/system",
        "/leads?q=%3Cscript%3Ewindow.xss%3D1%3C%2Fscript%3E",
        "/errors?code=%22%3E%3Csvg%2Fonload%3Dwindow.xss%3D1%3E",
        "/login?next=javascript:window.xss=1",
    )
    for path in paths:
        page.get(address + path)
        looked = page.execute_script("""
            for (const details of document.querySelectorAll("details")) details.open = true;
            const handlers = Array.from(document.querySelectorAll("*")).filter((e) =>
                Array.from(e.attributes).some((a) => /^on/i.test(a.name)));
            const links = Array.from(document.querySelectorAll("[href], [src], [action]")).filter(
                (e) => /^\\s*javascript:/i.test(e.getAttribute("href") || e.getAttribute("src")
                                                || e.getAttribute("action") || ""));
            return [window.xss === undefined, handlers.length, links.length,
                    document.querySelectorAll("script:not([src]), iframe, b.turned").length];
        """)
        assert looked == [True, 0, 0, 0], path
        assert faults(page) == [], path


def test_error_pages_show_hostile_addresses_as_text(page, address):
    page.get(f"{address}/assessments/%3Cscript%3Ewindow.xss=1%3C/script%3E")
    assert page.execute_script("return window.xss === undefined")
    page.get(f"{address}/batches/1?status=%3Cscript%3E&page=%3Cscript%3E")
    assert page.execute_script("return document.querySelector('script:not([src])') === null")


def test_browser_that_lost_the_server_says_so(driver, harness):
    submit_lead(harness.orchestrator, harness.add_lead())
    app = create_app(harness.runtime)
    with serve(app) as url:
        driver.get(url)

    def look_again(d):
        d.execute_script("document.dispatchEvent(new Event('visibilitychange'))")
        return "does not answer" in find(d, "#live-note").get_attribute("textContent")

    wait_for(driver, look_again)
