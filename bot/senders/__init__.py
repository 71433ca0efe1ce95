"""Sender names: what the product knows of them, and every request about them.

    known.py       a name as the product sees it, and the state that a person is shown
    listing.py     lists: fetched within SMSC's limits, kept in the file, paged and searched from there
    readback.py    after a lost answer: what the list says became of a request (pure)
    operations.py  changing requests: the intent first, then the request, then the answer or a look

Nothing outside of this package makes a request to SMSC.
"""
