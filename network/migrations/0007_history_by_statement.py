"""History is written once for each statement, however many rows it wrote."""

from django.db import migrations

from registers.migrations._history import by_statement


class Migration(migrations.Migration):

    dependencies = [
        ('network', '0006_one_site'),
    ]

    operations = [
        *by_statement(
            "network", "ComponentCertificate",
            "id revision custom created_at updated_at vendor product model_number releases scheme number "
            "issued_by sl_c valid_until source",
        ),
        *by_statement(
            "network", "FirewallRule",
            "id revision custom created_at updated_at site_id ruleset_id number line text chain permits "
            "active source destination service hits remark traffic verdict words flows",
        ),
        *by_statement(
            "network", "FirewallRuleset",
            "id revision custom created_at updated_at site_id name device_id format sha256 read_at "
            "taken_by_id judged_at note",
        ),
        *by_statement(
            "network", "FlowCapture",
            "id revision custom created_at updated_at site_id name sensor sha256 read_at taken_by_id lines "
            "not_understood reasons counts first_seen_at last_seen_at note",
        ),
        *by_statement(
            "network", "ObservedFlow",
            "id revision custom created_at updated_at site_id capture_id source_zone_id destination_zone_id "
            "protocol port service connections answered bytes first_seen_at last_seen_at pairs pair_count "
            "verdict status flow_id exception_id owner due_on reason",
        ),
        *by_statement(
            "network", "SegmentationFinding",
            "id revision custom created_at updated_at site_id conduit_id zone_id rule sentence way status "
            "found_at fixed_at exception_id owner due_on note",
        ),
        *by_statement(
            "network", "SrAnswer",
            "id revision custom created_at updated_at site_id zone_id conduit_id requirement_id answer reason "
            "countermeasure approved",
        ),
        *by_statement("network", "ZonePlace", "id revision custom created_at updated_at site_id zone_id line column"),
    ]
