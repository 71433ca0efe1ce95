"""Screens and words that several conversations show. Pure: facts in, a screen or a phrase out.

buttons.py     every button of the conversations
home.py        home, and the help
commands.py    every command with what it does
accounts.py    an account in words
colleagues.py  the people of an account
approvals.py   what waits for an owner's word
names.py       a name at a glance
name_list.py   the list of names
batches.py     many names at once: the plan, and how they fare
companies.py   companies that are kept here
client_links.py links for clients, as whoever makes them sees them
client_form.py the form behind such a link, as the client sees it
card.py        the card of a name
changes.py     what changed of a name, and what was done about it
enough.py      that a person has as much of a kind as one may have
exports.py     names, documents and history as tables; a name as a page
strips.py      a name's story as a picture of strips
lookups.py     a name that was not found
operations.py  a changing request as it stands
problems.py    SMSC's problems in words
parameters.py  a parameter of SMSC's API in words
programmes.py  countries and programmes in words
files.py       files in words
spans.py        how long something takes or took
"""
