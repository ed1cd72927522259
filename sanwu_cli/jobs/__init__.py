"""The use cases, one small module a command group."""
