"""Random scenario programs from seeds, and the shrinking of programs that fail.

generate.py writes a program, features.py holds the table of what may be in one, vocabulary_*.py how each thing is
written, shrink.py makes a failing program small.  With difftests/ on the path: `from programs.generate import generate`.
"""
