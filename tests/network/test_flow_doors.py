"""Rule sets and logs come in by page and REST, and flows are decided about by both, at one's own sites only."""

import gzip
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from assets.models import Flow
from registers import jobs
from registers.models import Job
from tests.network.plant import LOG, RULES, smb


@pytest.mark.django_db
class TestDoors:
    def test_the_page_starts_a_job_that_leads_to_the_rule_set(self, https: Flow, emil: User, signed_in: Callable[[User], Client]) -> None:  # fmt: skip
        file = SimpleUploadedFile("fw01.csv", RULES.encode())
        answer = signed_in(emil).post("/network/firewall-rulesets/take/", {"site": https.site_id, "file": file})
        job = Job.objects.get(kind="firewall")
        assert answer["Location"] == job.get_absolute_url()
        assert jobs.run(job.pk) == "DONE"
        job.refresh_from_db()
        assert job.counts["undeclared"] == 1
        page = signed_in(emil).get(job.result + "?verdict=TOO_WIDE").content.decode()
        assert "port 1-1024 instead of 443" in page
        assert "10.21.35.0/24 → 10.21.10.0/24" not in page

    def test_the_page_of_a_log_and_its_decisions(self, https: Flow, nils: User, ada: User, signed_in: Callable[[User], Client]) -> None:  # fmt: skip
        file = SimpleUploadedFile("conn.log.gz", gzip.compress(LOG.encode()))
        client = signed_in(nils)
        client.post("/network/flow-captures/take/", {"site": https.site_id, "file": file, "sensor": "DMZ tap"})
        job = Job.objects.get(kind="observed-flows")
        assert jobs.run(job.pk) == "DONE"
        job.refresh_from_db()
        page = client.get(job.result).content.decode()
        assert "Office → DMZ" in page
        assert "Have them blocked" in page
        assert "Have them blocked" not in signed_in(ada).get(job.result).content.decode()
        one = smb(https.site)
        asked = client.post("/network/observed-flows/together/", {"ids": [one.pk], "step": "block"})
        assert b"Who blocks it" in asked.content
        given = {"ids": [one.pk], "step": "block", "confirm": "1", "owner": "Lukas", "due_on": "2027-01-31"}
        assert client.post("/network/observed-flows/together/", given).status_code == 302
        assert smb(https.site).status == "BLOCKED"
        assert signed_in(ada).post("/network/observed-flows/together/", given).status_code == 403

    def test_a_broken_file_is_a_failed_job_with_the_sentence(self, https: Flow, emil: User, signed_in: Callable[[User], Client]) -> None:  # fmt: skip
        signed_in(emil).post("/network/flow-captures/take/", {"site": https.site_id, "file": SimpleUploadedFile("x", b"#path\tdns\n")})  # fmt: skip
        job = Job.objects.get(kind="observed-flows")
        assert jobs.run(job.pk) == "FAILED"
        job.refresh_from_db()
        assert "tells of no connections" in job.errors[0]["message"]

    def test_rest_takes_files_and_decides(self, https: Flow, nils: User, rest: Callable[..., Any]) -> None:
        program = rest(nils)
        for name, text in (("firewall-rulesets", RULES), ("flow-captures", LOG)):
            answer = program.post(f"/api/v1/{name}/take/", {"site": https.site_id, "file": SimpleUploadedFile("x.csv", text.encode())})  # fmt: skip
            assert answer.status_code == 202, answer.content
            assert jobs.run(int(answer.json()["id"])) == "DONE"
        assert program.send("get", "firewall-rules/?verdict=UNDECLARED").json()["count"] == 1
        one = program.send("get", "observed-flows/?status=NEW&port=445").json()["results"][0]
        body = {"step": "declare", "ids": [one["id"]], "answers": {"purpose": "Files"}}
        assert program.send("post", "observed-flows/together/", body).json()["moved"] == [one["id"]]
        assert program.send("get", f"observed-flows/{one['id']}/").json()["status"] == "DECLARED"

    def test_a_site_that_is_not_ones_own_is_no_choice(self, https: Flow, sven: User, signed_in: Callable[[User], Client]) -> None:  # fmt: skip
        file = SimpleUploadedFile("fw01.csv", RULES.encode())
        answer = signed_in(sven).post("/network/firewall-rulesets/take/", {"site": https.site_id, "file": file})
        assert answer.status_code == 422
        assert not Job.objects.exists()
