"""The test of a patch is proved by evidence, of which one piece may stand for many patches (V4, X5)."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from accounts.models import Site, User
from assets.models import Asset
from patching import deploying
from patching.models import DeploymentProof, Patch, PatchDeployment
from programme.models import Evidence
from registers.history.past import tracked
from tests.patching.steps import TEST, bench_tested, log_of


@pytest.mark.django_db
class TestEvidence:
    def test_a_passed_test_wants_evidence_of_its_site(
        self, deployment: Any, emil: User, south: Site, rest: Callable[..., Any]
    ) -> None:
        deploying.start_test(deployment, by=emil, test_environment="Bench")
        program, address = rest(emil), f"patch-deployments/{deployment.pk}/pass_test/"
        for proofs in ([], ["999999999"], [str(log_of(south).pk)]):
            refused = program.send("post", address, {**TEST, "test_proofs": proofs})
            assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/test_proofs")
        with pytest.raises(ValidationError, match="same site"):
            deploying.pass_test(deployment, by=emil, test_proofs=[log_of(south)], **TEST)
        with pytest.raises(ValidationError, match="Choose the evidence"):
            deploying.pass_test(deployment, by=emil, test_proofs=[], **TEST)
        kept = log_of(deployment.site)
        answer = program.send(
            "post", address, {**TEST, "test_proofs": [str(kept.pk)], "test_evidence": "Pages 3 and 4"}
        )
        assert (answer.json()["status"], answer.json()["test_proofs"]) == ("TESTED", [str(kept.pk)])

    def test_the_pages_show_it_both_ways(
        self, deployment: Any, plc: Asset, patch: Patch, emil: User, south: Site, signed_in: Callable[[User], Any]
    ) -> None:
        log, elsewhere = log_of(plc.site), log_of(south)
        Evidence.objects.filter(pk=elsewhere.pk).update(title="Southern log")
        browser = signed_in(emil)
        deploying.start_test(deployment, by=emil, test_environment="Bench")
        form = browser.get(f"/patching/patch-deployments/{deployment.pk}/pass_test/").content.decode()
        assert "Bench log 41" in form
        assert "Southern log" not in form
        sent = {**TEST, "test_proofs": log.pk}
        assert browser.post(f"/patching/patch-deployments/{deployment.pk}/pass_test/", sent).status_code == 302
        assert (
            f'href="{log.get_absolute_url()}">Bench log 41</a>'
            in browser.get(deployment.get_absolute_url()).content.decode()
        )
        assert "Nothing proves this yet." not in browser.get(deployment.get_absolute_url()).content.decode()
        assert str(deployment) in browser.get(log.get_absolute_url()).content.decode()

    def test_one_log_stands_for_many(
        self, deployment: Any, patch: Patch, plc: Asset, emil: User, signed_in: Any
    ) -> None:
        other = Asset.objects.create(site=plc.site, name="N-PS1-PLC02")
        second = PatchDeployment.objects.create(site=plc.site, asset=other, patch=patch)
        for one in (deployment, second):
            deploying.start_test(one, by=emil, test_environment="Bench")
        form = {
            "ids": [deployment.pk, second.pk],
            "step": "pass_test",
            "confirm": "1",
            **TEST,
            "test_proofs": log_of(plc.site).pk,
        }
        assert signed_in(emil).post("/patching/patch-deployments/together/", form).status_code == 302
        assert log_of(plc.site).tested_deployments.count() == 2

    def test_what_is_linked_is_kept_in_history(self, deployment: Any, emil: User) -> None:
        bench_tested(deployment, emil)
        event = next(event for model, event in tracked() if model is DeploymentProof)
        assert [one.evidence_id for one in event.objects.all()] == [log_of(deployment.site).pk]

    def test_words_of_before_become_evidence(self, deployment: Any, patch: Patch, plc: Asset, rtu: Asset) -> None:
        other = Asset.objects.create(site=plc.site, name="N-PS1-PLC02")
        rows = [
            (deployment, "Bench log 41"), (PatchDeployment.objects.create(site=plc.site, asset=other, patch=patch), "Bench log 41"),
            (PatchDeployment.objects.create(site=rtu.site, asset=rtu, patch=patch), "Bench log 41"),
            (PatchDeployment.objects.create(site=plc.site, asset=Asset.objects.create(site=plc.site, name="N-X"), patch=patch), ""),
        ]  # fmt: skip
        for one, words in rows:
            PatchDeployment.objects.filter(pk=one.pk).update(test_evidence=words, tested_at=timezone.now())
        with connection.cursor() as cursor:
            cursor.execute(import_module("patching.migrations.0009_test_evidence").KEEP)
        assert [[(proof.site, proof.note) for proof in one.test_proofs.all()] for one, _words in rows] == [
            [(plc.site, "Bench log 41")], [(plc.site, "Bench log 41")], [(rtu.site, "Bench log 41")], [],
        ]  # fmt: skip
        assert Evidence.objects.count() == 2
