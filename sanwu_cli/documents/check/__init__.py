"""Any .docx held against GB/T 9704-2012: opened safely, its parts told apart, the rules one by one."""
