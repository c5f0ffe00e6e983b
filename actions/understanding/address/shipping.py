"""Make the model that ships: ``python -m actions.understanding.address.shipping``.

Every address it learns from is made up by ``generator.py``; a minute or two on one core.
"""

from actions.understanding.address.generator import AddressGenerator
from actions.understanding.address.model import SHIPPED, Fit, fit

COUNT, SEED = 14_000, 1
SMALL = Fit(c1=0.8, c2=0.01, rounds=70, rarest=3)  # keeps the file near a megabyte


def main() -> None:
    """Write the model beside this module."""
    fit(AddressGenerator(SEED).generate(COUNT), SHIPPED, SMALL)


if __name__ == "__main__":
    main()
