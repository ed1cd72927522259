"""Word documents: text from templates, form from the styles of the base document."""
