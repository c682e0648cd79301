"""What people and their roles tell the self-checks."""

from accounts.grants import gone_with_role
from accounts.registers import PEOPLE
from registers.figures import SelfCheck

SELF_CHECKS = (
    SelfCheck("gone-with-role", "HIGH", "People who may not sign in and hold a role", "End the roles of people who have left.",
              PEOPLE, lambda on: gone_with_role()),
)  # fmt: skip
