"""What can go wrong with addresses.

AddressError
├── AddressRowError   a labelled row cannot be learned from: correct the file
└── AddressModelError  the model cannot be read: train again
"""


class AddressError(Exception):
    """Something about addresses failed; the text is meant for people and quotes no address."""


class AddressRowError(AddressError):
    """A labelled row cannot be learned from."""


class AddressModelError(AddressError):
    """The model of address parts cannot be read."""
