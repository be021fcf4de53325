"""Changed rules tried on what was recorded, and compared with what the ledger knows."""
