"""Real workers on real servers: the whole job, and what happens when parts die."""

from __future__ import annotations

import csv
import json
import os
import signal

import pytest

from tests.checks.onpage.test_fetch import HOST, PAGES
from tests.page_server import website

pytestmark = [pytest.mark.integration, pytest.mark.measured]

QUICK = "security,gbp,semrush,llm_analysis"
TASKS_TAKE = "SELECT count(*) AS n FROM check_runs WHERE status = 'in_progress'"


def submit_leads(environment, tmp_path, count):
    """Submit a batch of leads that all use one demo site, and return without waiting."""
    path = tmp_path / "leads.csv"
    with path.open("w", newline="") as f:
        writer = csv.writer(f)
        writer.writerow(["name", "website", "phone"])
        for n in range(count):
            writer.writerow([f"Bakery {n}", f"https://harbour-bakery.demo.test/?branch={n}", ""])
    done = environment.cli(
        "batch", str(path), "--checks", QUICK, "--no-wait", "--keep-duplicates", "--json"
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def assert_every_lead_ended_once(environment, count):
    rows = environment.rows("SELECT status, open_checks, open_independent_checks FROM assessments")
    assert [(r["status"], r["open_checks"], r["open_independent_checks"]) for r in rows] == [
        ("completed", 0, 0)
    ] * count
    doubled = environment.rows(
        "SELECT check_run_id FROM attempts WHERE outcome = 'succeeded'"
        " GROUP BY check_run_id HAVING count(*) > 1"
    )
    assert doubled == []
    assert (
        environment.rows("SELECT id FROM check_runs WHERE status IN ('pending', 'in_progress')")
        == []
    )


def test_plain_celery_worker_does_the_whole_job(environment):
    environment.start_worker()
    done = environment.cli("run", "https://harbour-bakery.demo.test/", "--checks", QUICK, "--json")
    answer = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert answer["status"] == "completed"
    assert answer["checks"]["security"]["status"] == "completed"
    assert answer["checks"]["gbp"]["sandbox"] is True
    assert answer["checks"]["pagespeed"]["status"] == "skipped"


def on_page(environment, url, *words):
    """Have a website's pages looked at; return the check run as it is stored."""
    done = environment.cli("run", url, "--checks", "onpage", "--json", *words)
    assert done.returncode == 0, done.stderr
    sql = "SELECT * FROM check_runs WHERE assessment_id = %s AND name = 'onpage'"
    (run,) = environment.rows(sql, json.loads(done.stdout)["assessment_id"])
    assert run["status"] == "completed"
    return run


def test_one_crawl_serves_two_leads_of_a_domain_within_the_max_age(environment):
    """Counted by the site itself, which hears of nothing but the crawl."""
    with website(PAGES) as site:
        environment.env["LFASSESS_CONNECT_TO"] += f",{HOST}:80:127.0.0.1:{site.port}"
        environment.start_worker()
        first = on_page(environment, f"http://{HOST}/")
        crawl = list(site.asked)
        assert crawl.count("/contact") == 1
        second = on_page(environment, f"http://{HOST}/contact", "--max-age", "1d")
        assert site.asked == crawl
        third = on_page(environment, f"http://{HOST}/services", "--max-age", "0s")
        assert len(site.asked) == 2 * len(crawl)
    assert [r["reused_from"] for r in (first, second, third)] == [None, first["lead_id"], None]
    homes = [r["metrics"]["pages"][0]["path"] for r in (first, second, third)]
    assert homes == ["/", "/contact", "/services"]


def test_plain_celery_worker_says_once_which_settings_are_none(environment):
    environment.env["LFASSESS_WINDOWW"] = "60"
    environment.start_worker()
    environment.wait_for(lambda: " ready." in environment.log_of())
    said = "LFASSESS_WINDOWW in the environment is not a setting. Did you mean LFASSESS_WINDOW?"
    assert environment.log_of().count(said) == 1


def test_spec_s_call_by_lead_id_alone_works(environment):
    environment.env["LFASSESS_BROWSER"] = "/nowhere/chromium"  # two of the checks end at once
    environment.start_worker()
    environment.cli("leads", "add", "https://harbour-bakery.demo.test/")
    script = (
        "from assessment_orchestrator import coordinate_assessment, app;"
        "coordinate_assessment.delay(1); app.close()"
    )
    import subprocess
    import sys

    subprocess.run([sys.executable, "-c", script], env=environment.env, check=True, timeout=60)
    environment.wait_for(
        lambda: environment.rows(
            "SELECT 1 FROM check_runs WHERE name = 'security' AND status = 'completed'"
        )
    )


def test_worker_killed_in_the_middle_loses_nothing(environment, tmp_path):
    first = environment.start_worker("-c", "4")
    submit_leads(environment, tmp_path, 6)
    environment.wait_for(lambda: environment.rows(TASKS_TAKE)[0]["n"] > 0)
    environment.kill(first)
    environment.start_worker("-c", "4")
    environment.wait_for(environment.all_ended)
    assert_every_lead_ended_once(environment, 6)


def test_flush_of_redis_in_a_batch_of_twenty_loses_nothing(environment, tmp_path):
    environment.start_worker("-c", "4")
    submit_leads(environment, tmp_path, 20)
    environment.wait_for(
        lambda: environment.rows("SELECT 1 FROM assessments WHERE status = 'completed'")
    )
    environment.redis.flushall()
    environment.wait_for(environment.all_ended)
    assert_every_lead_ended_once(environment, 20)


def test_redis_killed_during_late_ack_tasks_is_survived(environment, tmp_path):
    worker = environment.start_worker("-c", "4")
    submit_leads(environment, tmp_path, 8)
    environment.wait_for(lambda: environment.rows(TASKS_TAKE)[0]["n"] > 0)
    os.kill(environment.redis.info("server")["process_id"], signal.SIGKILL)
    # the supervisor of the stack starts it again
    environment.wait_for(environment.all_ended)
    assert_every_lead_ended_once(environment, 8)
    assert worker.poll() is None


def test_same_file_again_adds_and_assesses_nothing(environment, tmp_path):
    environment.start_worker()
    first = submit_leads(environment, tmp_path, 3)
    environment.wait_for(environment.all_ended)
    second = submit_leads(environment, tmp_path, 3)
    assert second["batch_id"] == first["batch_id"]
    assert second["import"]["resumed"] is True
    assert len(environment.rows("SELECT 1 FROM assessments")) == 3
    assert len(environment.rows("SELECT 1 FROM leads")) == 3


def test_worker_ends_warm_on_sigterm(environment, tmp_path):
    worker = environment.start_worker("-c", "4")
    submit_leads(environment, tmp_path, 4)
    environment.wait_for(lambda: environment.rows(TASKS_TAKE)[0]["n"] > 0)
    worker.terminate()
    worker.wait(timeout=60)
    assert environment.rows(TASKS_TAKE)[0]["n"] == 0
    assert environment.rows("SELECT 1 FROM attempts WHERE outcome IN ('lost', 'running')") == []
