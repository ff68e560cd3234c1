"""What a figure is and how it follows from counts. Pure: no I/O."""
