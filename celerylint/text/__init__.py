"""Text in, text out: decoding, tokens, and what must not be shown."""
