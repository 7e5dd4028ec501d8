"""What a designer may not have meant, or could do better, beyond what the instructions say.

Looked for only while a template is checked, in the file itself: before the gate takes anything
out, so that it is told of what will be taken out too. Each module finds things of one kind.
"""
