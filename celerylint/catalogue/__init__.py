"""What is known about Celery: the data of `rules/` that are no rules."""
