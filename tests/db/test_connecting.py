"""Connecting to Postgres: again where it may help, once where it can't, an answer soon."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import text

from lfassess.db.database import Database
from lfassess.errors import ServiceUnreachableError


class Door(threading.Thread):
    """Stands before Postgres: meets the first callers by itself, then leads them in."""

    def __init__(self, meet, times, inside=None):
        super().__init__(daemon=True)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._meet, self._times, self._inside = meet, times, inside
        self.port = self._listener.getsockname()[1]
        self.callers = 0

    def run(self):
        with self._listener:
            while True:
                caller, _ = self._listener.accept()
                self.callers += 1
                if self._times is None or self.callers <= self._times:
                    self._meet(caller)
                    caller.close()
                else:
                    inside = socket.socket(socket.AF_UNIX)
                    inside.connect(self._inside)
                    for a, b in ((caller, inside), (inside, caller)):
                        threading.Thread(target=_carry, args=(a, b), daemon=True).start()


def _carry(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def hang_up(_caller):
    pass


def refuse(words):
    """Answer as Postgres does: an ErrorResponse to whatever comes."""

    def meet(caller):
        fields = b"SFATAL\0C28P01\0M" + words.encode() + b"\0\0"
        while caller.recv(1024)[4:8] == struct.pack("!I", 80877103):  # asks for TLS
            caller.sendall(b"N")
        caller.sendall(b"E" + struct.pack("!I", len(fields) + 4) + fields)

    return meet


@contextmanager
def database_at(door, name="postgres", user="postgres") -> Iterator[Database]:
    door.start()
    url = f"postgresql://{user}@127.0.0.1:{door.port}/{name}?sslmode=prefer"
    with Database(url) as database:
        yield database


@pytest.mark.integration
def test_a_postgres_that_hangs_up_twice_is_asked_again(database):
    made = psycopg.conninfo.conninfo_to_dict(database.url.replace("+psycopg", ""))
    socket_path = f"{made['host']}/.s.PGSQL.{made.get('port', 5432)}"
    door = Door(hang_up, 2, socket_path)
    with (
        database_at(door, made["dbname"], made.get("user", "postgres")) as behind,
        behind.session() as session,
    ):
        assert session.scalar(text("SELECT 1")) == 1
    assert door.callers == 3


def test_one_that_always_hangs_up_is_out_of_reach_after_some_tries():
    door = Door(hang_up, None)
    with (
        database_at(door) as database,
        pytest.raises(ServiceUnreachableError, match="Postgres is out of reach"),
        database.session() as session,
    ):
        session.scalar(text("SELECT 1"))
    assert door.callers > 1


@pytest.mark.parametrize(
    "words",
    [
        'password authentication failed for user "postgres"',
        'database "leads" does not exist',
        'no pg_hba.conf entry for host "10.0.0.9"',
    ],
)
def test_what_another_try_does_not_change_is_asked_once(words):
    door = Door(refuse(words), None)
    with (
        database_at(door) as database,
        pytest.raises(ServiceUnreachableError, match=r"authentication|not exist|pg_hba"),
        database.session() as session,
    ):
        session.scalar(text("SELECT 1"))
    assert door.callers == 1


def test_one_that_is_starting_up_is_asked_again():
    door = Door(refuse("the database system is starting up"), None)
    with (
        database_at(door) as database,
        pytest.raises(ServiceUnreachableError, match="starting up"),
        database.session() as session,
    ):
        session.scalar(text("SELECT 1"))
    assert door.callers > 1
