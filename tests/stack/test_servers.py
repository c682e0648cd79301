"""The embedded servers: two roles, private sockets, one owner at a time, and nothing left behind."""

import os
import stat
import subprocess
from collections.abc import Iterator

import psycopg2
import pytest
import redis

from stack.places import STATE, StackError, socket_path, state_dir
from stack.servers import RUN, Servers, discard, discard_abandoned, secret_key

INSTANCE = f"servers-{os.getpid()}"
ADDRESSES = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "CSMS_SECRET_KEY", "PATH")


@pytest.fixture
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An environment that names no servers, put back afterwards."""
    before = {name: os.environ.get(name) for name in ADDRESSES}
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "CSMS_SECRET_KEY"):
        os.environ.pop(name, None)
    yield
    for name, value in before.items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value


@pytest.mark.usefixtures("bare_environment")
def test_an_instance_from_start_to_end() -> None:
    with Servers(INSTANCE, "test"):
        owner = psycopg2.connect(os.environ["DATABASE_OWNER_URL"])
        application = psycopg2.connect(os.environ["DATABASE_URL"])
        with owner, owner.cursor() as cursor:
            for extension in ("pg_trgm", "btree_gist", "citext", "unaccent"):
                cursor.execute(f"create extension {extension}")
            cursor.execute("create table kept (id int)")
            cursor.execute("select rolsuper, rolcreatedb from pg_roles where rolname = current_user")
            assert cursor.fetchone() == (False, True)
        with application, application.cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("create table mine (id int)")
        with application, application.cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("select * from kept")
        owner.close()
        application.close()
        assert redis.Redis.from_url(os.environ["REDIS_URL"]).ping()
        for part in ("pg", "mq"):
            assert stat.S_IMODE(socket_path(INSTANCE, part).stat().st_mode) == 0o700
        shown = subprocess.run(["pg_dump", "--version"], capture_output=True, text=True, check=True).stdout
        assert "pg_dump (PostgreSQL)" in shown
    assert not (STATE / "servers" / INSTANCE).exists()
    assert not socket_path(INSTANCE, "pg").exists()
    assert not socket_path(INSTANCE, "mq").exists()


@pytest.mark.usefixtures("bare_environment")
def test_a_second_command_joins_and_a_second_portal_is_refused() -> None:
    with Servers(INSTANCE, RUN) as first:
        addresses = {name: os.environ.pop(name) for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")}
        second = Servers(INSTANCE, "manage").up()
        assert (first.ours, second.ours) == (True, False)
        assert {name: os.environ.pop(name) for name in addresses} == addresses
        second.down()
        assert redis.Redis.from_url(addresses["REDIS_URL"]).ping()  # it only joined: leaving takes nothing away
        with pytest.raises(StackError, match=f"already running .run, process {os.getpid()}."):
            Servers(INSTANCE, RUN).up()


@pytest.mark.usefixtures("bare_environment")
def test_addresses_that_are_given_are_used() -> None:
    os.environ["DATABASE_URL"] = "postgres://somebody@elsewhere/csms"
    os.environ["REDIS_URL"] = "redis://elsewhere:6379/0"
    with Servers(INSTANCE, "test") as servers:
        assert servers.started == []
        assert os.environ["DATABASE_OWNER_URL"] == "postgres://somebody@elsewhere/csms"


def test_what_a_killed_run_left_is_removed() -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    abandoned, alive = state_dir(f"test-{ended.pid}"), state_dir(f"alive-{os.getpid()}")
    discard_abandoned()
    assert (abandoned.exists(), alive.exists()) == (False, True)
    discard(alive.name)


def test_the_secret_key_is_made_once_and_kept_private() -> None:
    from stack.places import DATA

    first = secret_key()
    assert len(first) >= 64
    assert secret_key() == first
    assert stat.S_IMODE((DATA / "secret_key").stat().st_mode) == 0o600
