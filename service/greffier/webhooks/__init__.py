"""Telling other systems what happened: signed HTTP calls to addresses that tenants name."""
