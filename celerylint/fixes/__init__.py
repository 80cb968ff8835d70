"""What a fix consists of: which settings change, and how that is written."""
