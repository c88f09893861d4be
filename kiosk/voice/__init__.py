"""The voice: utterances in, sound out, in a process of its own.

``client`` is what a front uses: ``VoiceClient`` starts the speech process and keeps it alive;
``words.spoken`` makes an utterance of a phrasebook row. ``worker`` is that process: it keeps the
``queue`` and drives the ``engine`` (pyttsx3 with a driver for Open JTalk, ``openjtalk``), which
feeds a ``player`` (aplay or pw-play). ``transcript`` and ``silent`` are voices without sound.
Only the worker's process loads pyttsx3 and Open JTalk.
"""
