"""Tests of celerylint."""
