"""What stands at the grass roots: centres, offices, grids, disputes; pure, from the records of the year."""
