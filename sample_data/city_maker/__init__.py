"""Makes the invented sample city: places, cases, sheets, and what an independent count says of them."""
