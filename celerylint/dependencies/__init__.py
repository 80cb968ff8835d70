"""Which releases of Celery a project allows, by its dependency files."""
