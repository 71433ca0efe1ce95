"""What several conversations do, with its effects: each takes what it needs and gives a screen.

conversations.py  the names of the conversations that others lead into
home.py           home, where every way leads back to
finding.py        a page of the list of names, or the card of one
inspection.py     a file is looked into, made into what SMSC takes, or refused
sending.py        the requests of a form are planned, and how they go is shown
planning.py       many names: the plan, that it is carried out, and how that goes
mending.py        a name of many that did not go through, as a form
companies.py      the companies that a person keeps: those that a form can take, the card of one
changing.py       what changes of a company mean for the names that use it
resuming.py       goes on from an earlier request, in the account that it was made for
codes.py          the request that had a code sent
keys.py           a key that nobody asked for

The conversations (`handlers`) stand above; none of them imports another.
"""
