"""How well articles are taken apart: statements, quotations and their speakers, beside other libraries."""
