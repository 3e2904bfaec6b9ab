"""One function a question. Each says what it answers, in which units, at which grain."""
