"""The workbook edge: grids with addresses in; tables and blank forms out. Owns the spreadsheet libraries."""

from sanwu_cli.workbook.form import FormColumn, FormSpec, write_form
from sanwu_cli.workbook.read import read_book
from sanwu_cli.workbook.write import TableSheet, write_tables

__all__ = ["FormColumn", "FormSpec", "TableSheet", "read_book", "write_form", "write_tables"]
