"""Command lines that start Celery."""
