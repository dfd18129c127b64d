"""Quotations and their speakers: from marks and verbs of saying to who said what."""
