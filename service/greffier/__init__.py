"""The hall: HTTP in, documents out. The only room that knows HTTP, tenants and storage."""
