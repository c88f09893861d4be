"""What is kept: sealed checks, the keys to them, and the memory of the clock.

One SQLCipher file a treatment month and ``control.db``, their keys in one vault sealed by the
device key. Everything lies in the folder ``sealed`` of the state folder::

    sealed/lock              flock: shared while a file is used, exclusive while the vault changes
    sealed/vault-<epoch>     the one file of keys; the highest epoch that opens is the true one
    sealed/control.db        numbers, counts and the clock's memory; nothing about patients
    sealed/<32 hex>.db       a treatment month, or the provisional file; the name tells nothing

``kiosk.store.opening.open_store`` puts it together.
"""
