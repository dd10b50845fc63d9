"""raredx reads one family's variants as columns and asks them small named questions.

Every answer, "not assessed" included, is kept with its source and reported.
"""

__version__ = "0.1.0"
