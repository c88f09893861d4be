"""The eligibility service as the kiosk speaks to it: the wire form and the client over HTTPS."""
