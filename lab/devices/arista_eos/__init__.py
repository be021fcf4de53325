"""Virtual Arista switches: a command line over SSH and eAPI over HTTP, configuration sessions, commits under a timer.

Formats follow recorded answers: the Apache-2.0 test data of NAPALM (``test/eos/mocked_data``) and of ntc-templates
(``tests/arista_eos``), and Arista's public manuals; every line here is written anew. No recording of ``show poe`` is
public: its columns are made after the command reference.
"""
