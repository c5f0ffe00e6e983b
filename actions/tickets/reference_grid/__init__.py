"""A small grid system (网格系统) of its own: the other end of the contract.

It shares nothing with the ticket service but the wire: its own process, database and signature
check. A community with a real grid system points ``LINLI_GRID_URL`` there and leaves this out.
"""
