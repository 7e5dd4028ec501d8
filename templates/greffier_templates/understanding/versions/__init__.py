"""What changed from one version of a template to another, as its designer reads it.

- :mod:`.reading`: a file as paragraphs, instructions, pictures and styles;
- :mod:`.aligning`: which of two lists of them belong together, in bounded time;
- :mod:`.differences`: what is not the same;
- :mod:`.telling`: that as text for people.
"""
