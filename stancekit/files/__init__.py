"""Label whole tables: rows in, the same rows with labels and scores out."""
