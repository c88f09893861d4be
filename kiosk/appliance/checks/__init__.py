"""One file a finding, or a family of them: ``find(box)`` looks and changes nothing."""
