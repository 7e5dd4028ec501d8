"""Formatted text of the data: HTML of web editors made OpenDocument.

::

    RichText ─ parsing ─ reading ─ blocks ─ writing ─ XML in the styles of the template
               (bounds)  (allow-list)


Nothing of the HTML reaches the document as it is: it is read into the values of
:mod:`.model`, which hold texts, and properties that were understood; those are written.
"""
