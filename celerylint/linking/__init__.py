"""From the facts of files to the project: names, apps, sources and configurations."""
