"""The HTTP side of the tickets: ticket service and reference grid system."""
