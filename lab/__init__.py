"""Virtual stores to practise on: devices over real SSH, faults with truth labels, and their own log."""
