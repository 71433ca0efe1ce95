"""The edge to Telegram.

session.py                calls out: JSON bodies, waits on 429, repeats what may be repeated
holds.py                  how long Telegram wants no more calls
refusals.py               what its refusals mean: one table
poller.py                 getUpdates, each update taken apart on its own
inbox.py                  stored, acknowledged, handled, struck off
chat_queues.py            one update a chat at a time
routes.py                 the tables: commands, taps, conversations, notices, interrupts, what comes unprompted
private_chat.py           from an update to the handler that the tables name, and to the screen that it gives
forms.py                  moves of a form: the engine's moves, with facts, drafts and what happens at the end
chat_context.py           one update's view of a chat
panel.py                  the living message
outbox.py                 what is told without being asked
files.py                  downloads, with a limit
progress.py               how far long work is, told in place
reply_keyboard.py         the quick actions in the place of the keyboard
inputs.py                 Telegram's messages as the engine's inputs
"""
