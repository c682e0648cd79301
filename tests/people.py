"""Two plants, and the people who may and may not: fixtures of each test, in `tests/contract/` of each file."""

from accounts.grants import grant
from accounts.models import Organisation, Role, Site, User
from registers.models import Installation


def company() -> Organisation:
    """Make the company, in a portal that is marked as a demo."""
    Installation.objects.create(demo=True)
    return Organisation.objects.create(name="Merewater")


def works(name: str) -> Site:
    """Make one of its plants, on the clock of UTC: a test's own day is its day, at any hour."""
    code = name.removesuffix("ern").upper()
    return Site.objects.create(code=code, name=f"{name} waterworks")


def person(name: str, role: Role, place: Site | Organisation) -> User:
    """Make a person with one role at one place."""
    user = User.objects.create_user(f"{name.split()[0].lower()}@demo.example", "csms-demo-2026", name=name)
    grant(user, role, place)
    return user


def north(organisation: Organisation) -> Site:
    """The plant most tests look at."""
    return works("Northern")


def south(organisation: Organisation) -> Site:
    """The plant that must not be seen from NORTH."""
    return works("Southern")


def admin(organisation: Organisation) -> User:
    """The administrator."""
    return person("Alex Admin", Role.ADMINISTRATOR, organisation)


def mara(organisation: Organisation) -> User:
    """CSMS manager everywhere."""
    return person("Mara Keller", Role.MANAGER, organisation)


def petra(organisation: Organisation) -> User:
    """Approver everywhere: the plant director."""
    return person("Petra Lindqvist", Role.APPROVER, organisation)


def nils(north: Site) -> User:
    """Site security manager of NORTH."""
    return person("Nils Berg", Role.SECURITY_MANAGER, north)


def emil(north: Site) -> User:
    """Engineer of NORTH."""
    return person("Emil Sand", Role.ENGINEER, north)


def ada(north: Site) -> User:
    """Auditor of NORTH."""
    return person("Ada Nyberg", Role.AUDITOR, north)


def sven(south: Site) -> User:
    """Engineer of SOUTH: the wrong person."""
    return person("Sven Okoye", Role.ENGINEER, south)


PLANTS_AND_PEOPLE = (north, south, admin, mara, petra, nils, emil, ada, sven)
