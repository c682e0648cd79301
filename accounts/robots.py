"""The users in whose name the portal itself acts: each task has one, so history says who it was."""

from accounts.models import User


def robot(name: str) -> User:
    """Return the robot of this name; it cannot sign in."""
    made, _new = User.objects.get_or_create(
        email=f"{name}@robot.invalid", defaults={"name": name.replace("-", " ").capitalize(), "robot": True}
    )
    return made


def onlooker() -> User:
    """Return one who sees every site and is nobody: for counts by site that are kept for whoever sees the site."""
    return User(name="Onlooker", robot=True)
