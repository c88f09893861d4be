"""The link of the receipt computers, a front: drop folder and local API, in a process of its own.

It holds no key and keeps no result: what is not delivered yet is asked for again at the desk.
"""
