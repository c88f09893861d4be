"""The reception screen: a front in a terminal, spoken as it is shown.

It reaches the world only through the desk and holds no key, no settings and nothing of a visitor
once the desk says Forget. ``kiosk.tui.app.run`` starts it; ``textual`` is loaded here alone.
"""
