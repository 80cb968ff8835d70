"""Options of tasks, retries and the sending of tasks."""
