"""Sender names: what the product knows of them, and every request about them.

    state.py       the state of a name: its parts, each with its time (pure)
    known.py       a name as the product sees it, with that state
    listed.py      what a list tells, as values
    listing.py     lists: fetched within SMSC's limits, kept in the file, paged and searched from there
    looks.py       one look at a list: what is asked, and what of it is written
    kept.py        lists in the file
    logins.py      which keys and logins SMSC counts as one
    budget.py      the ledger of SMSC's limits, in the file
    locks.py       names that are not deleted before they are unlocked
    readback.py    after a lost answer: what the list says became of a request (pure)
    operation.py   a changing request, as a value
    operation_rows.py  operations sealed into rows, and opened again
    journal.py     every intent and every end: read for people, written for operations.py
    operations.py  changing requests: the intent first, then the request, then the answer or a look
    running.py     those that are not over yet: their tasks, and until when each waits
    batch.py       many requests that were asked for at once, as values
    batches.py     sends them one after another: people's own requests first
    approvals.py   what colleagues prepared, and an owner's yes or no to it
    uploads.py     a document on its way from Telegram to SMSC
    turns.py       requests of one login, in the order in which they were asked for

Nothing outside of this package makes a request to SMSC.
"""
