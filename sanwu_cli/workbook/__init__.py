"""The workbook edge: grids with addresses in; tables and blank forms out. Owns the spreadsheet libraries."""
