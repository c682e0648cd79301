"""How the REST interface and its OpenAPI document are set up; nothing of it depends on the environment."""

from typing import Any

FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.tokens.TokenAuthentication", "accounts.tokens.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "accounts.tokens.ScopeAllows",
        "accounts.reauthentication.FreshSignInAllows",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["registers.api.parsers.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "registers.api.schema.RecordSchema",
    "DEFAULT_PAGINATION_CLASS": "registers.api.paging.Paging",
    "DEFAULT_THROTTLE_CLASSES": ["accounts.tokens.TokenThrottle"],
    "DEFAULT_VERSIONING_CLASS": None,
    "EXCEPTION_HANDLER": "registers.api.problems.handle",
    "PAGE_SIZE": 50,
    "COERCE_DECIMAL_TO_STRING": False,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
OPENAPI: dict[str, Any] = {
    "TITLE": "CSMS Portal",
    "DESCRIPTION": "REST interface of the CSMS Portal. Errors are RFC 9457 problem documents.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "registers.api.schema.with_problems",
    ],
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "ENUM_NAME_OVERRIDES": {
        "AssetKindEnum": "assets.models.Asset.Kind",
        "SourceKindEnum": "patching.models.AdvisorySource.Kind",
        "DecisionKindEnum": "programme.models.Decision.Kind",
        "EvidenceKindEnum": "programme.models.Evidence.Kind",
        "ReportKindEnum": "reports.models.Report.Kind",
        "CriticalityEnum": "assets.models.Asset.Criticality",
        "EffectEnum": "assets.models.asset.EFFECT",
        "CheckResultEnum": "assets.models.RemovableMedium.Result",
        "HeldStatusEnum": "policies.models.PolicyException.Status",
        "SightingResultEnum": "assets.models.Sighting.Result",
        "MatchVerdictEnum": "patching.models.Match.Verdict",
    },
}
