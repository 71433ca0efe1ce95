"""Plain words that are no answer: greetings, questions, calls for help; and words that stand on a button."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from bot.reading.dress import one_line

_GREETINGS: Final = frozenset(
    {
        *(
            "hello",
            "hi",
            "hey",
            "hello there",
            "hi there",
            "good morning",
            "good afternoon",
            "good evening",
            "good day",
        ),
        *("привет", "приветик", "приветствую", "здравствуй", "здравствуйте", "здрасте", "здрасьте", "добрый день"),
        *(
            "доброе утро",
            "добрый вечер",
            "доброго дня",
            "доброго времени суток",
            "салам",
            "салем",
            "хай",
            "хелло",
            "ку",
        ),
        *(
            "сәлем",
            "салем бе",
            "сәлеметсіз бе",
            "салеметсиз бе",
            "ассалаумағалейкум",
            "ассаламу алейкум",
            "сәлем бердік",
        ),
        *("қайырлы күн", "қайырлы таң", "қайырлы кеш", "армысыз", "salem", "salam", "privet", "assalamu alaikum"),
        *("спасибо", "спс", "thanks", "thank you", "рахмет", "ok", "ок", "окей", "okay", "понятно", "жақсы"),
    }
)
_HELP: Final = frozenset(
    {
        *("help", "help me", "menu", "start", "info", "support", "what can you do", "how does it work", "how to start"),
        *("помощь", "помоги", "помогите", "меню", "старт", "начать", "справка", "инструкция", "что ты умеешь"),
        *("что делать", "как начать", "поддержка", "не понимаю", "не понял", "не поняла", "оператор", "что дальше"),
        *("көмек", "көмектес", "көмектесіңіз", "көмектесіңізші", "мәзір", "бастау", "анықтама", "не істеу керек"),
    }
)
_TO_A_FORM: Final = frozenset(
    {
        *("yes", "no", "cancel", "back", "stop", "quit", "exit", "next", "skip", "done", "go on", "continue"),
        *("да", "нет", "ага", "неа", "отмена", "отмени", "отменить", "назад", "стоп", "выход", "выйти", "дальше"),
        *("далее", "пропустить", "готово", "продолжить", "домой", "главная"),
        *("иә", "ия", "жоқ", "жок", "болдырмау", "бас тарту", "артқа", "тоқта", "келесі", "өткізу", "дайын"),
        *("өткізіп жіберу", "жалғастыру", "басты бет"),
    }
)
_ASKING: Final = re.compile(
    r"(?i)^(?:а\s+|и\s+|ну\s+|скажите,?\s+|подскажите,?\s+|please\s+|so\s+)*"
    r"(?:как|что|где|когда|почему|зачем|кто|кому|чего|сколько|какой|какая|какие|какое|можно\s+ли|нужно\s+ли|могу\s+ли|есть\s+ли"
    r"|how|what|where|when|why|who|which|can\s+i|can\s+you|do\s+i|is\s+it|is\s+there|may\s+i|should\s+i"
    r"|қалай|қайда|қашан|неге|не\s+үшін|кім|қанша|қандай|қай)(?!\w)"
)
_QUESTION: Final = re.compile(r"[?？؟]+[!)\s]*$")
_KAZAKH: Final = re.compile(r"(?i)(?:\s(?:ма|ме|ба|бе|па|пе))\s*[?？]*$")
_ALNUM: Final = re.compile(r"[^\w]+|_+")
_COUNT: Final = re.compile(r"\s+\d+$")


def is_greeting(text: str) -> bool:
    """Whether a text only greets, thanks, or calls for help."""
    plain = folded(text)
    first = plain.split(" ", 1)[0] if plain else ""
    alone = plain in _GREETINGS or plain in _HELP
    greeted = (
        first in {"привет", "здравствуйте", "сәлем", "сәлеметсіз", "hello", "hi", "hey"} and len(plain.split()) <= 4
    )
    return alone or greeted or (not plain and bool(_QUESTION.search(one_line(text))))


def is_question(text: str) -> bool:
    """Whether a text asks something: it ends so, or begins as questions do and is more than a word or two."""
    plain = one_line(text)
    if "://" in plain:
        return False
    words = len(plain.split())
    return bool(_QUESTION.search(plain)) or (words > 2 and bool(_ASKING.match(plain) or _KAZAKH.search(plain)))


def is_chatter(text: str) -> bool:
    """Whether a text that was typed as an answer is rather said to somebody: it greets, or ends as a question."""
    words = any(each.isalpha() for each in text)
    return is_greeting(text) or (words and "://" not in text and bool(_QUESTION.search(one_line(text))))


def is_said_to_a_form(text: str) -> bool:
    """Whether a text only agrees, declines, or says where to go: without a form it says nothing."""
    return folded(text) in _TO_A_FORM


def is_latin_word(text: str) -> bool:
    """Whether a text is one word of Latin letters: it may be a greeting, and it may be a name."""
    plain = one_line(text)
    return plain.isascii() and plain.isalnum()


def folded(text: str) -> str:
    """A text as it is compared: small letters and digits, one space between words, no emoji, arrow or punctuation."""
    return " ".join(_ALNUM.sub(" ", one_line(text).casefold()).split()).replace("ё", "е")


def same_label(typed: str, labels: Iterable[str]) -> list[int]:
    """Which of the labels a typed text is: whole, without its signs, or without the count at its end."""
    shown, word = list(labels), folded(typed)
    if not word:
        return []
    exact = [n for n, label in enumerate(shown) if one_line(label) == one_line(typed)]
    whole = [n for n, label in enumerate(shown) if folded(label) == word]
    return exact or whole or [n for n, label in enumerate(shown) if _COUNT.sub("", folded(label)) == word]
