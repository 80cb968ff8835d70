"""Asking the real Celery: the project is loaded as it is and as the fixes leave it."""
