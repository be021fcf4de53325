"""Run by Alembic for every upgrade: hands it the connection ``controller.ledgers.schema`` has opened."""

from alembic import context

from controller.ledgers.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
