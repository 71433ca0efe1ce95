"""What Telegram's refusals mean: one table from its descriptions to what follows from them, each with its source.

The Bot API documents no list of errors ("its contents are subject to change in the future", core.telegram.org/bots/api,
Making requests), so the table is made of what its server writes (github.com/tdlib/telegram-bot-api, Client.cpp) and of
what was reported there.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import Final

from aiogram.exceptions import (
    TelegramAPIError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)

from bot.leaving import Leaving


class TokenRefused(Leaving):
    """Telegram takes the token no more; the text is one line for the administrator."""

    def __init__(self) -> None:
        super().__init__("BOT_TOKEN: Telegram does not know this token")


class Meaning(Enum):
    """What follows from a refusal.

    PASSES       the same call may be taken later
    AS_IT_IS     everything is already as it was to be
    GONE         the message, file or topic is not there any more, or cannot be touched: do it another way
    TOPIC_GONE   the topic is deleted or closed: the chat itself is still there
    KEPT         Telegram does not let the bot delete this message
    TOO_LATE     the tap or query is too old to be answered
    TOO_BIG      the file is larger than a bot may have
    BLOCKED      nothing can be told in this chat now; it may be opened again by the person
    CHAT_GONE    nothing can ever be told in this chat again
    WRONG        the call itself is at fault: it is never taken
    """

    PASSES = auto()
    AS_IT_IS = auto()
    GONE = auto()
    TOPIC_GONE = auto()
    KEPT = auto()
    TOO_LATE = auto()
    TOO_BIG = auto()
    BLOCKED = auto()
    CHAT_GONE = auto()
    WRONG = auto()


TABLE: Final[tuple[tuple[str, Meaning], ...]] = (
    # Client.cpp, fail_query_with_error: MESSAGE_NOT_MODIFIED, QUERY_ID_INVALID, MESSAGE_DELETE_FORBIDDEN,
    # USER_IS_BLOCKED, INPUT_USER_DEACTIVATED are written out so
    ("message is not modified", Meaning.AS_IT_IS),
    ("query is too old", Meaning.TOO_LATE),
    ("query id is invalid", Meaning.TOO_LATE),
    ("message can't be deleted", Meaning.KEPT),
    ("message_delete_forbidden", Meaning.KEPT),
    ("bot was blocked by the user", Meaning.BLOCKED),
    ("user is deactivated", Meaning.CHAT_GONE),
    # Client.cpp, check_message and the edit and delete queries: default messages
    ("message to edit not found", Meaning.GONE),
    ("message to delete not found", Meaning.GONE),
    ("message to react not found", Meaning.GONE),
    ("message to be replied not found", Meaning.GONE),
    ("message can't be edited", Meaning.GONE),
    ("message_id_invalid", Meaning.GONE),
    ("message identifier is not specified", Meaning.GONE),
    ("there is no text in the message to edit", Meaning.GONE),
    # Client.cpp, check_message_thread; a private chat: issues 847 and 854 there; TOPIC_CLOSED, TOPIC_DELETED: MTProto's
    # errors, handed on as they are
    ("message thread not found", Meaning.TOPIC_GONE),
    ("topic_closed", Meaning.TOPIC_GONE),
    ("topic_deleted", Meaning.TOPIC_GONE),
    ("topic_id_invalid", Meaning.TOPIC_GONE),
    # Client.cpp, process_get_file_query: the same words for an id that is wrong and for a file that cannot be had just
    # now, so it is asked for again; only a bounded number of times
    ("temporarily unavailable", Meaning.PASSES),
    ("file is too big", Meaning.TOO_BIG),
    ("file_id_invalid", Meaning.GONE),
    ("invalid file_id", Meaning.GONE),
    ("wrong file identifier", Meaning.GONE),
    ("file_reference_expired", Meaning.PASSES),
    # Client.cpp, check_chat_access: what has become of the chat. PEER_ID_INVALID is MTProto's "chat not found"
    ("chat not found", Meaning.BLOCKED),
    ("peer_id_invalid", Meaning.BLOCKED),
    ("bot can't initiate conversation", Meaning.BLOCKED),
    ("bot was kicked", Meaning.BLOCKED),
    ("bot is not a member", Meaning.BLOCKED),
    ("not enough rights", Meaning.BLOCKED),
    ("have no rights to send", Meaning.BLOCKED),
    ("need administrator rights", Meaning.BLOCKED),
    ("chat_write_forbidden", Meaning.BLOCKED),
    ("user_is_blocked", Meaning.BLOCKED),
    ("input_user_deactivated", Meaning.CHAT_GONE),
    ("chat was deleted", Meaning.CHAT_GONE),
    ("chat was deactivated", Meaning.CHAT_GONE),
    ("bots can't send messages to bots", Meaning.CHAT_GONE),
)
"""Parts of descriptions in lower case; the first that is found counts."""


def meaning(failure: TelegramAPIError) -> Meaning:
    """What follows from a refusal of Telegram, or from no answer at all."""
    if isinstance(failure, TelegramEntityTooLarge):  # a failure of the network to aiogram; no patience helps against it
        return Meaning.TOO_BIG
    if isinstance(failure, TelegramRetryAfter | TelegramServerError | TelegramNetworkError):
        return Meaning.PASSES
    told = failure.message.lower()
    found = next((what for part, what in TABLE if part in told), None)
    if found is not None:
        return found
    # whatever else is forbidden (core.telegram.org/api/errors: 403, "privacy violation") is the chat's own decision
    return Meaning.BLOCKED if isinstance(failure, TelegramForbiddenError) else Meaning.WRONG
