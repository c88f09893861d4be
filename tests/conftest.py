pytest_plugins = [
    "tests.support.cards",
    "tests.support.pcscd",
    "tests.support.store",
    "tests.support.service",
]
