"""Pictures people look at: the roster for a telephone and for the board."""
