"""What an upgrade of Celery changes."""
