"""Templates of the tenants: versions, what is published, what includes what."""
