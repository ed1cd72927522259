"""sanwu: a toolkit for a county's 三无 scheme, over the spreadsheets its departments already keep."""

__version__ = "0.1.0"
