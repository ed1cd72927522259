"""The ledger: what was received, from where, and what it says now."""
