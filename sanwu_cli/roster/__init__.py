"""Duty rosters: rules, model and solution."""
