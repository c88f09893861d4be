"""kioskd: the one process that owns reader, keys, store, visit and timers.

``Core`` seats the use cases behind the desk and runs what a visit wants done. ``kiosk serve`` puts
it behind a socket; the demo and the tests speak to it in their own process, in the same messages.
"""
