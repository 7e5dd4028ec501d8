"""Work that is done once, whatever stops meanwhile.

The truth is a row of the table ``job`` (``queue.py``). A ``Dispatcher`` (``dispatcher.py``) sees
that rows are run: by tasks of the service itself (``embedded.py``), or on any number of machines
through procrastinate on PostgreSQL (``tickets.py``). What is done is a handler's business;
``model.py`` says how one looks.
"""
