"""What one command does, from the arguments to the exit code."""
