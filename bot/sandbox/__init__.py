"""The stand-ins: SMSC and Telegram with a chat page. Used by the demo and by the tests, and by nothing else.

smsc/      SMSC's HTTP API
chat/      Telegram's Bot API, and a chat page
faults.py  how an answer fails on its way
clock.py   time that can be turned
site.py    a web server of their own
"""
