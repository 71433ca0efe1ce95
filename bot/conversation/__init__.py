"""The engine of every conversation: flows as data, screens as pure functions; no I/O, no Telegram type.

inputs.py        what a person sent
callback.py      what a button says when it is tapped, declared once
screen.py        what a person sees
step.py          one question
draft.py         a conversation that is under way
flow.py          steps in their order, and the moves between them
remarks.py       what is said of something that was sent
form.py          the screens that every flow has: question, summary, resume
form_buttons.py  the buttons of these
"""
