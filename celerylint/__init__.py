"""Linter and migrator for Celery configuration."""

__version__ = "0.1.0"
