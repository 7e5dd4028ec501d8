"""What may be sent to a template, and how that changes from version to version.

- :mod:`.places`: a JSON Schema read as the places of the data that it speaks of;
- :mod:`.comparing`: what a new version needs that the one before it did not;
- :mod:`.tightened`: whether the schema that a designer made goes with the template.
"""
