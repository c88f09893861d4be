"""The command line: the door of technicians, scripts and the demo."""
