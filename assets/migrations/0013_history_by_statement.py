"""History is written once for each statement, however many rows it wrote."""

from django.db import migrations

from registers.migrations._history import by_statement


class Migration(migrations.Migration):

    dependencies = [
        ('assets', '0012_walkdown_assets'),
    ]

    operations = [
        *by_statement(
            "assets", "Asset",
            "id revision custom created_at updated_at site_id zone_id name kind functions vendor product "
            "model_number serial_number version ip_address mac_address location owner lifecycle safety_effect "
            "environment_effect production_effect recovery_hours criticality_override override_reason "
            "redundant_partner supported_until verified_on note",
            whole=False,
        ),
        *by_statement(
            "assets", "AssetDistinction",
            "id revision custom created_at updated_at site_id asset_id other_id reason",
        ),
        *by_statement(
            "assets", "Backup",
            "id revision custom created_at updated_at site_id asset_id taken_on content place sha256 "
            "restore_tested_on",
        ),
        *by_statement(
            "assets", "BaselineAnswer",
            "id revision custom created_at updated_at site_id asset_id item_id answer reason due_on "
            "checked_on",
        ),
        *by_statement(
            "assets", "BaselineItem",
            "id revision custom created_at updated_at baseline_id code title expected severity",
        ),
        *by_statement(
            "assets", "Conduit",
            "id revision custom created_at updated_at site_id name zone_a_id zone_b_id sl_t sl_a "
            "boundary_device_id controls owner description",
        ),
        *by_statement(
            "assets", "DiscoveredDevice",
            "id revision custom created_at updated_at site_id scan_id number title verdict asset_id "
            "matched_by why seen changes status reason",
        ),
        *by_statement(
            "assets", "DiscoveryScan",
            "id revision custom created_at updated_at site_id name source seen_on covers zone_id sha256 "
            "taken_by_id note",
        ),
        *by_statement(
            "assets", "Flow",
            "id revision custom created_at updated_at site_id conduit_id initiator_id protocol_id ports "
            "encrypted authenticated purpose owner review_on expires_on",
        ),
        *by_statement(
            "assets", "HardeningBaseline",
            "id revision custom created_at updated_at title kind vendor product source",
        ),
        *by_statement(
            "assets", "Interface",
            "id revision custom created_at updated_at site_id asset_id name network_id ip_address mac_address "
            "medium",
        ),
        *by_statement(
            "assets", "MalwareCheck",
            "id revision custom created_at updated_at site_id medium_id checked_on tool result note",
        ),
        *by_statement(
            "assets", "Network",
            "id revision custom created_at updated_at site_id zone_id name cidr vlan description",
        ),
        *by_statement(
            "assets", "Protocol",
            "id revision custom created_at updated_at code name transport ports industrial secure note",
        ),
        *by_statement(
            "assets", "RemovableMedium",
            "id revision custom created_at updated_at site_id name kind serial_number company encrypted "
            "holder return_by checked_on result status note",
        ),
        *by_statement(
            "assets", "SanitisationRecord",
            "id revision custom created_at updated_at site_id asset_id method done_on done_by certificate "
            "note",
        ),
        *by_statement(
            "assets", "Sighting",
            "id revision custom created_at updated_at site_id walkdown_id asset_id result seen note seen_on "
            "seen_by_id status reason",
        ),
        *by_statement(
            "assets", "Software",
            "id revision custom created_at updated_at site_id asset_id name vendor version purl",
        ),
        *by_statement(
            "assets", "SuC",
            "id revision custom created_at updated_at site_id name boundary description owner",
        ),
        *by_statement(
            "assets", "WalkDown",
            "id revision custom created_at updated_at site_id title zone_id place status closed_on not_seen",
        ),
        *by_statement(
            "assets", "Zone",
            "id revision custom created_at updated_at site_id suc_id name parent_id external level safety "
            "sl_t sl_a purpose owner description",
        ),
    ]
