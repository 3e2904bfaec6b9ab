"""The performance goals, runnable: ``inkarta bench``."""
