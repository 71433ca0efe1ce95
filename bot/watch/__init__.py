"""The watch: looks at the names of every account in use, sees what changed, and has their people told.

pace.py      when which account is looked at next (pure)
service.py   how a service fares, and who waits for a turn there (pure)
rounds.py    the looks themselves, supervised
changes.py   what differs between what was known of a name and what a list says now (pure)
doubts.py    what a list lost is believed when a second one confirms it (pure)
notebook.py  writes events and notices in the unit of work that writes the list
news.py      which changes their person is told of (pure)
codes.py     what people say that status codes mean
quiet.py     how a person wants to be told: quiet hours, the digest of the morning
events.py    a name's events, read back
waits.py     how long SMSC and operators take, from events alone (pure)
how_long.py  the same, read back: of a name, and of a service
board.py     which names need their person, which changed since they looked, which wait
records.py   names and their events, to be taken out
"""
