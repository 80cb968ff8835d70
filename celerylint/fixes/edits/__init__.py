"""How a change is written down, whatever the shape: rename, comment out."""
