"""Line mode: a check told line by line, for screen readers, serial consoles, pipes and scripts.

Status first, one fact a line, no escape byte (facts SCREEN_AND_VOICE, Textual: line mode). Pure
functions make utterances; ``show`` writes them::

    from kiosk.line.show import show
    from kiosk.line.view import caught_up_for, error_lines, lines_for, told_for

    show(lines_for(outcome, treated_on, book, is_simulated=True), sys.stdout)
"""
