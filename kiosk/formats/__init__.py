"""Pure forms of an eligibility: what is written to files, pipes and screens."""
