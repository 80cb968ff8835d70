"""From the facts of a file to bytes that hold nothing of what is in quotes, and back."""
