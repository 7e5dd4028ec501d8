"""The service's commands, found by ``greffier`` through the entry points ``greffier.commands``.

Each module has a ``command``: an object with ``help``, ``configure`` and ``run``
as ``greffier_client.cli.commands.Command`` describes.
"""
