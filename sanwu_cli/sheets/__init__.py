"""What departments send: one TOML file a sheet, and the reader they all share."""
