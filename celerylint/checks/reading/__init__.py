"""What could not be read or linked."""
