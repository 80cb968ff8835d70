"""The rules: their files, what they declare, and which of them are selected."""
