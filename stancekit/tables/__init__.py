"""Rows in and out, one at a time: CSV, TSV, JSONL, Parquet and Hugging Face data. A row is a dict."""

from __future__ import annotations

from stancekit.tables.reading import read_table
from stancekit.tables.table import SUFFIXES, Table
from stancekit.tables.writing import check_format, write_table

__all__ = ["SUFFIXES", "Table", "check_format", "read_table", "write_table"]
