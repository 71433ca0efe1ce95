"""What outlives the process, and how: the only package that knows the engine, which is SQLite and one file.

It knows no Telegram type and makes no request. Whoever works with it hands work to `Database.run`: a function of a
`Transaction`, which calls the functions of these modules. No statement and no type of the engine goes out of here.

database.py      the one writer thread; what arrives together is committed together
transaction.py   what every function of this package is handed
unit_of_work.py  the writes of one update
at_hand.py       what is read often and seldom written, kept in memory until it is written
errors.py        what goes wrong
migrations.py    every table
inbox.py         updates that wait for being handled, and the ids that were seen
people.py        who talks to the bot: language, account in use, drafts, the living message
accounts.py      SMSC accounts, their keys sealed
operations.py    the journal: every changing request, before and after it was made
companies.py     companies that people keep, with their documents
batches.py       many requests that were asked for at once, row by row
client_links.py  what clients without an account fill in, and the links that they do it by
outbox.py        what is still to be told to a chat
members.py       the people of an account, and links that invite
approvals.py     what waits for an owner's word
holds.py         until when Telegram wants no more calls
limits.py        what SMSC counts
names.py         sender names as SMSC last listed them
events.py        what happened, as facts
locks.py         names that are not deleted before they are unlocked
notifications.py how people want to be told
codes.py         what people say that status codes mean
watch.py         whose names are watched, and when next
board.py         names that stand out, and what was seen of them
uploads.py       the files of the last day, counted
set_aside.py     what nobody can read
personal.py      what there is about a person, table by table
sealed.py        every sealed value, and how keys are changed
alerts.py        what needs the administrator's hand
examination.py   a look at the file from outside
figures.py       how much there is of what
vault_check.py   whether the keys fit
backup.py        a copy while it is in use, and the way back
"""
