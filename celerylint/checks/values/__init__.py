"""Values that Celery cannot use."""
