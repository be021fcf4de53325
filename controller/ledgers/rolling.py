"""Rollouts in the ledger: a header each, and one row per device with what is to be done to it, word for word.

In: a plan and the event that asks for it; later events by way of ``history``. Out: ``controller.ports.RolloutStore``.
One third of ``SqliteLedger``.
"""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, func, select

from controller.events import Event, subject_of
from controller.ledgers import codec, tables
from controller.ledgers.database import Database
from controller.ledgers.rows import save_event
from controller.rollout import Rollout, Target, TargetPlan, advance, begin, device_of, move
from controller.rollout_events import RolloutAsked

OPEN = ("asked", "running", "halting")


def advance_rollout(connection: Connection, event: Event) -> None:
    """Bring a rollout's projections forward by one event. ``ValueError`` when there is no such rollout or device."""
    rollout = subject_of(event)
    table, rows = tables.rollouts, tables.rollout_targets
    body = connection.execute(select(table.c.body).where(table.c.id == rollout)).scalar_one_or_none()
    if body is None or isinstance(event, RolloutAsked):
        raise ValueError(f"{event.kind} does not follow: rollout {rollout} is {'unknown' if body is None else 'known'}")
    header = advance(codec.load(Rollout, body), event)
    connection.execute(
        table.update().where(table.c.id == rollout).values(status=header.status, body=codec.dump(header))
    )
    device = device_of(event)
    if device is None:
        return
    here = (rows.c.rollout == rollout) & (rows.c.device == device)
    known = connection.execute(select(rows.c.body).where(here)).scalar_one_or_none()
    if known is None:
        raise ValueError(f"{device} is no device of rollout {rollout}")
    target = move(codec.load(Target, known), event)
    connection.execute(rows.update().where(here).values(state=target.state, body=codec.dump(target)))


def _save_asked(connection: Connection, event: RolloutAsked, plans: Sequence[TargetPlan]) -> None:
    """Write a new rollout's header and rows."""
    header, targets = begin(event)
    by_device = {plan.device: plan for plan in plans}
    connection.execute(tables.rollouts.insert().values(id=header.id, status=header.status, body=codec.dump(header)))
    rows = [
        {
            "rollout": header.id,
            "device": target.device,
            "number": number,
            "store": target.store,
            "state": target.state,
            "body": codec.dump(target),
            "plan": codec.dump_exact(by_device[target.device]),
        }
        for number, target in enumerate(targets)
    ]
    connection.execute(tables.rollout_targets.insert(), rows)


class RolloutTables:
    """Rollouts, their devices and plans in one SQLite file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def next_rollout(self) -> str:
        """Return the id the next rollout will have; two who ask at once get the same, and one of them is refused."""
        table = tables.rollouts
        with self._database.read() as connection:
            last = connection.execute(select(func.max(table.c.number))).scalar_one() or 0
        return f"push_{last + 1:04d}"

    def ask_rollout(self, event: RolloutAsked, plans: Sequence[TargetPlan]) -> None:
        """Write a new rollout with its plans in one transaction; ``LedgerError`` when its id is taken."""
        body = codec.dump_event(event)

        def job(connection: Connection) -> None:
            _save_asked(connection, event, plans)
            save_event(connection, event, body)

        self._database.write(job)

    def rollout(self, rollout: str) -> Rollout | None:
        """Return one rollout with its counts."""
        return next(iter(self._rollouts(tables.rollouts.c.id == rollout, 1)), None)

    def rollouts(self, *, open_only: bool = False, limit: int = 50) -> tuple[Rollout, ...]:
        """Return rollouts, newest first."""
        table = tables.rollouts
        return self._rollouts(table.c.status.in_(OPEN) if open_only else table.c.number > 0, limit)

    def _rollouts(self, wanted: object, limit: int) -> tuple[Rollout, ...]:
        table, rows = tables.rollouts, tables.rollout_targets
        query = select(table.c.body).where(wanted).order_by(table.c.number.desc()).limit(limit)  # type: ignore[arg-type]
        with self._database.read() as connection:
            headers = [codec.load(Rollout, body) for body in connection.execute(query).scalars()]
            counting = select(rows.c.rollout, rows.c.state, func.count()).group_by(rows.c.rollout, rows.c.state)
            counted = connection.execute(counting.where(rows.c.rollout.in_([h.id for h in headers]))).all()
        return tuple(replace(h, counts={row[1]: row[2] for row in counted if row[0] == h.id}) for h in headers)

    def targets(self, rollout: str) -> tuple[Target, ...]:
        """Return a rollout's devices, in the order they come."""
        rows = tables.rollout_targets
        query = select(rows.c.body).where(rows.c.rollout == rollout).order_by(rows.c.number)
        with self._database.read() as connection:
            return tuple(codec.load(Target, body) for body in connection.execute(query).scalars())

    def plan(self, rollout: str, device: str) -> TargetPlan | None:
        """Return what a rollout is to do to one device."""
        rows = tables.rollout_targets
        query = select(rows.c.plan).where(rows.c.rollout == rollout, rows.c.device == device)
        with self._database.read() as connection:
            body = connection.execute(query).scalar_one_or_none()
        return None if body is None else codec.load(TargetPlan, body)

    def writing_in(self, store: str) -> tuple[str, ...]:
        """Return the rollouts that are writing to a device of the store right now."""
        rows = tables.rollout_targets
        query = select(rows.c.rollout).distinct().where(rows.c.store == store, rows.c.state == "writing")
        with self._database.read() as connection:
            return tuple(connection.execute(query).scalars())
