"""A stand-in for Telegram: the Bot API as strict as the real one, and a chat page for people.

    html.py      markup into text and entities, and back
    picture.py   sizes of pictures, grey previews
    records.py   what it keeps, as values
    members.py   what members of a chat may do
    world.py     people, chats, messages, files, updates
    faults.py    what goes wrong, on demand
    errors.py    what the real server answers with when it refuses
    markup.py    keyboards: what Telegram takes and what it refuses
    rich.py      rich messages: paragraphs and tables
    sending.py   methods that send something
    editing.py   methods that change or delete what was sent
    methods.py   the table of the Bot API's methods, and the others
    bot_api.py   the bot's side over HTTP: parameters and answers checked against aiogram's models
    chat_api.py  the people's side over HTTP
    deliveries.py  updates brought to a webhook
    server.py    the web server; page/ is the chat page

Source of the rules: Telegram's Bot API documentation, and the errors that the real server answers with.
"""

from bot.sandbox.chat.server import DEMO_TOKEN, TelegramSandbox, serve

__all__ = ["DEMO_TOKEN", "TelegramSandbox", "serve"]
