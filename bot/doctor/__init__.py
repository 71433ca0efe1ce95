"""`python -m bot doctor`: whether everything is as the bot needs it, in words, with what to do.

visit.py     from end to end
findings.py  what was found, and how it is told
here.py      settings, database, keys: on this machine
there.py     Telegram, SMSC, and the clock beside theirs: nothing is asked that costs, or that needs somebody's key
"""
