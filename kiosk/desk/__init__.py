"""The desk: where the fronts and the core meet.

Events of people go in; effects of the visit and answers to queries come out. The same messages
travel over a Unix socket (``server``, ``client``) and inside one process (``local``).
"""
