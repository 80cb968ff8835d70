"""What a check is given: an app, the code of the project, the values that count."""
