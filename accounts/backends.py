"""Sign-in by e-mail and password; permissions are not asked of Django's backends but of accounts.permissions."""

from allauth.account.auth_backends import AuthenticationBackend


class PasswordBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """allauth's sign-in without Django's model-level permissions, so that no such grant can open anything."""

    def has_perm(self, user_obj: object, perm: str, obj: object = None) -> bool:
        """Answer no: no code may lean on model-level permissions."""
        return False

    def get_all_permissions(self, user_obj: object, obj: object = None) -> set[str]:
        """Answer none, for the same reason."""
        return set()
