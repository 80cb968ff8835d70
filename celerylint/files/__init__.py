"""Which files a project consists of."""
