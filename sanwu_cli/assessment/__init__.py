"""The yearly assessment by the office's own items (附1): what rows mean, what they give, who stands where."""
