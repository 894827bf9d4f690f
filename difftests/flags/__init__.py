"""The parts of run_flags.py: what differs between releases of CPython, and whether aiocore differs by the same.

table    the flags, the releases that have them, the programs that show them
sides    what those programs print, on each build and on aiocore under any profile
judge    whether a program shows its flag
show     the table for a terminal, as JSON, and in docs/versions.md
"""
