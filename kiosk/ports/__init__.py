"""The sockets: one file each, a protocol with its data and its errors.

Use cases know these and nothing behind them; adapters raise only the errors declared here.
"""
