"""What is far away, simulated over the real protocols; never part of the production package."""
