"""What a front shows and says, and what its keys mean: the same for the screen and line by line.

No terminal, no thread, no voice: a front feeds it messages, keys and time, and draws its page.
"""
