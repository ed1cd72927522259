"""What the plan asks for by a day: due items computed from the obligations and the year's records."""
