"""How files are written: all of a run or none, and the way back."""
