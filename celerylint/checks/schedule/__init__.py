"""Queues, routes and the beat schedule."""
