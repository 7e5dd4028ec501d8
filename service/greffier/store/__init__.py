"""What the service keeps: rows in a database, bytes in a file store."""
