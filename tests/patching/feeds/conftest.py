"""Sites on 127.0.0.1 with the stored advisories or with small ones of our own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.patching.feeds.local import Maker, Site, advisory

DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "advisories"
CLAIMED = b"https://csaf.test.example"


@pytest.fixture
def sites() -> Iterator[Callable[[], Site]]:
    made: list[Site] = []

    def make() -> Site:
        made.append(Site())
        return made[-1]

    yield make
    for site in made:
        site.close()


@pytest.fixture
def site(sites: Callable[[], Site]) -> Site:
    return sites()


@pytest.fixture(scope="session")
def data() -> Path:
    if not DATA.is_dir():
        pytest.skip(f"THE STORED ADVISORIES ARE MISSING: {DATA} is not there, feeds were NOT tested against real data")
    return DATA


@pytest.fixture
def stored(site: Site, data: Path) -> Site:
    """The stored provider with 250 real advisories, its addresses turned to the local server."""
    root = data / "csaf"
    for path in root.rglob("*"):
        if path.is_file():
            body = path.read_bytes()
            listed = path.name.startswith(("provider-metadata", "service", "csaf-feed", "security"))
            site.pages[f"/{path.relative_to(root).as_posix()}"] = (
                body.replace(CLAIMED, site.url.encode()) if listed else body
            )
    return site


@pytest.fixture(name="advisory")
def advisory_maker() -> Callable[..., bytes]:
    return advisory


@pytest.fixture
def pumps(site: Site) -> Maker:
    """A provider with three documents."""
    maker = Maker(site)
    for number in (1, 2, 3):
        maker.add(f"PUMP-{number}", updated=f"2026-01-0{number}T00:00:00Z")
    return maker
