"""The office's own Word forms: a .docx with tags in it, filled as it is."""
