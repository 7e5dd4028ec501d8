"""The library: read, check, explain and fill ODT templates.

Pure: it works on the bytes it is given and knows neither HTTP nor LibreOffice. Import
from its modules (``prepared``, ``check``, ``gate``): the service itself needs only the
room's words (``model``, ``errors``) and must not pay for the rest at its start.
"""
