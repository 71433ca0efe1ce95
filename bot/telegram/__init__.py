"""The edge to Telegram, in the order in which an update passes through it.

poller.py                 getUpdates, each update taken apart on its own (batch.py)
webhook.py                in its place: updates that Telegram brings by HTTP
inbox.py                  stored, acknowledged, handled, struck off
reception.py              what is done before the queue: a tap is acknowledged, a secret is deleted
chat_queues.py            one update a chat at a time
floods.py                 what waits there, and chats in which more waits than a person can mean
updates.py                parsed by aiogram; to the private chat, or to groups_and_inline.py
guests.py                 who is let in to a client's form though the bot serves a closed circle
private_chat.py           an update of a private chat from end to end
chat_context.py           who it is and what was sent; what is to change
inputs.py                 Telegram's messages as the engine's inputs
dispatch.py               choosing: the handler that the tables name
delivery.py               showing: the screen, and what changed of the person
panel.py                  the living message
keyboard.py               a screen in Telegram's words
rich.py                   a table in Telegram's words
calls.py                  the calls that nearly every update makes
session.py                calls out: JSON bodies, waits on 429, repeats what may be repeated

routes.py                 the tables: commands, taps, conversations, notices, interrupts, what comes unprompted
handler.py                a handler, and what one is called with
services.py               what lives as long as the process, and every handler may ask for
wiring.py                 the tables put together and checked, once, at the start
forms.py                  moves of a form: the engine's moves, with facts, drafts and what happens at the end
ahead.py                  the open form as it will be when what waits was read

outbox.py                 what is told without being asked
notices.py                drawn by the handler of its kind, and told
drawn.py                  a screen that is shown later, as the outbox keeps it
holds.py                  how long Telegram wants no more calls
refusals.py               what its refusals mean: one table

own_name.py               the bot's user name
files.py                  downloads, with a limit
progress.py               signs that work goes on, and how far it is
reply_keyboard.py         the quick actions in the place of the keyboard
menu.py                   the command menu
"""
