"""The ledger's tables through time. Run by ``controller.ledgers.schema``."""
