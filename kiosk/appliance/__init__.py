"""The box: what is wrong with it, and who can put it right.

``doctor`` runs the ``checks``, one file each, and never changes anything. No patient data passes
through here: a technician reads it.
"""
