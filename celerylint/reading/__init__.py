"""From the text of one file to its facts: the only rooms that know LibCST."""
