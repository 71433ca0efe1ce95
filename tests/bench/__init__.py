"""What an update costs, beside a bare aiogram bot in the same run: `make bench`.

api.py      a Bot API server and the people behind it: closed loop, open loop, all at once
bare.py     the bot to compare with: plain aiogram handlers, state in memory
bots.py     both bots as processes: started, measured by the operating system's figures
watched.py  the bot with a task that watches its event loop
seeded.py   a database with so many people, accounts, names and so much history, made before the bot starts
__main__.py the runs, the table, and what goes into docs/measured.md
"""
