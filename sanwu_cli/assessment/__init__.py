"""The yearly assessment by the office's own items (附1): what a row means, what it gives, who stands where."""
