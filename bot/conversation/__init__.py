"""The engine of every conversation: flows as data, screens as pure functions; no I/O, no Telegram type.

inputs.py   what a person sent
tap.py      what a button says when it is tapped
screen.py   what a person sees
flow.py     steps, drafts, and the moves between them
form.py     the screens that every flow has: question, summary, resume
"""
