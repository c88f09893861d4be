pytest_plugins = [
    "tests.support.cards",
    "tests.support.pcscd",
    "tests.support.power_cut",
    "tests.support.store",
    "tests.support.service",
]
