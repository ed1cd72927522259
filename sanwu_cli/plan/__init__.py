"""What the plan says: clauses, rules, readings, obligations, and how facts are held against them."""
