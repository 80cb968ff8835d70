"""What a user can say: the options, the configuration file, and what counts."""
