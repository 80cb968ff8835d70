"""How a report is written: pure functions from reports to lines, one module per format."""
