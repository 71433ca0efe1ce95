"""One SQLite file and everything in it; knows no Telegram type and makes no request.

database.py    the one writer thread; what arrives together is committed together
migrations.py  every table
inbox.py       updates that wait for being handled, and the ids that were seen
people.py      who talks to the bot: language, account in use, drafts, the living message
accounts.py    SMSC accounts, their keys sealed
operations.py  the journal: every changing request, before and after it was made
outbox.py      what is still to be told to a chat
holds.py       until when Telegram wants no more calls
names.py       sender names as SMSC last listed them
set_aside.py   what nobody can read
"""
