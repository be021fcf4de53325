"""The migrations: they make exactly the tables the code knows, once, wherever the package lies."""

import shutil
import sqlite3
import threading

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from controller.ledgers import codec, schema
from controller.ledgers.database import Database, create_file
from controller.ledgers.sqlite import LedgerError, SqliteLedger
from controller.ledgers.tables import metadata


def test_the_migrations_make_the_tables_the_code_knows(ledger):
    with ledger._database.transaction() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_opening_again_keeps_everything(ledger, ledger_path, happen):
    ledger.append(*happen.healing())
    ledger.close()
    again = SqliteLedger.open(ledger_path)
    assert again.incident("s001-0001").status == "healed"
    again.close()


def test_a_newer_ledger_is_refused_in_words(ledger, ledger_path):
    ledger.close()
    with sqlite3.connect(ledger_path) as file:
        file.execute("UPDATE alembic_version SET version_num = '9999'")
    file.close()
    with pytest.raises(LedgerError, match="newer version"):
        SqliteLedger.open(ledger_path)


def test_migrations_run_from_a_folder_with_an_odd_name(tmp_path, monkeypatch):
    odd = tmp_path / "site packages 100%" / "migrations"
    shutil.copytree(schema.MIGRATIONS, odd, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(schema, "MIGRATIONS", odd)
    opened = SqliteLedger.open(tmp_path / "a b" / "ledger?#.sqlite")
    assert opened.last_seq() == 0
    opened.close()


def test_many_may_open_a_new_ledger_at_once(tmp_path):
    failed = []

    def start():
        try:
            SqliteLedger.open(tmp_path / "ledger.sqlite").close()
        except LedgerError as error:
            failed.append(str(error))

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_an_older_ledger_keeps_every_row_and_number(tmp_path, happen):
    """Made with the first tables only, filled by hand as that version did, then opened by this one."""
    path = tmp_path / "ledger.sqlite"
    create_file(path)
    database = Database(path)
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    opened = happen.healing()[0]
    with database.transaction() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql(
            "INSERT INTO incidents (number, id, store, status, opened_at, body, rungs, mitigated)"
            " VALUES (7, 's001-0001', 's001', 'open', ?, '{}', '[]', 0)",
            (codec.stamp(opened.at),),
        )
        connection.exec_driver_sql(
            "INSERT INTO events (seq, incident, store, kind, at, body)"
            " VALUES (41, 's001-0001', 's001', 'opened', ?, ?)",
            (codec.stamp(opened.at), codec.dump_event(opened)),
        )
    database.close()
    ledger = SqliteLedger.open(path)
    assert ledger.last_seq() == 41
    assert ledger.events("s001-0001") == (opened,)
    with ledger._database.transaction() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    ledger.close()
