"""The print room: the office pool, and everything done to PDFs."""
