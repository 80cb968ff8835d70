"""Comments that silence findings: reading them, judging them and writing them."""
