"""Plain words that are no answer: greetings, questions, calls for help; and words that stand on a button."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from bot.reading.dress import one_line, unmarked

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
_GREET_FIRST: Final = frozenset(
    {
        *("привет", "здравствуйте", "сәлем", "сәлеметсіз", "hello", "hi", "hey"),
        *("спасибо", "благодарю", "рахмет", "рақмет", "thanks", "thank"),
    }
)
"""The word that a short greeting, or a short word of thanks, begins with."""
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
_ASKED_ALONE: Final = frozenset(
    {
        *("сколько", "когда", "почему", "зачем", "где", "куда", "цена", "цены", "стоимость", "тариф", "тарифы"),
        *("қанша", "қашан", "неге", "қайда", "қалай", "баға", "бағасы", "құны"),
    }
)
"""Single words that ask. Of Latin letters there is none: each of them may be a name."""
_CYRILLIC: Final = (
    r"как|что|где|когда|почему|зачем|кто|кому|чего|куда|откуда|сколько|како[йе]|какая|какие|какую|каким"
    r"|можно\s+ли|нужно\s+ли|могу\s+ли|есть\s+ли"
)
_LATIN: Final = r"how|what|where|when|why|who|which|can\s+i|can\s+you|do\s+i|is\s+it|is\s+there|may\s+i|should\s+i"
_OF_KAZAKH: Final = r"қалай|қайда|қайдан|қашан|неге|не\s+үшін|кім|қанша|неше|қандай|қай"
_ASKS: Final = re.compile(rf"(?i)(?<!\w)(?:{_CYRILLIC}|{_LATIN}|{_OF_KAZAKH})(?![\w-])")
_ASKS_FIRST: Final = re.compile(
    r"(?i)^(?:а\s+|и\s+|ну\s+|скажите,?\s+|подскажите,?\s+|please\s+|so\s+)*"
    rf"(?:{_CYRILLIC}|{_LATIN}|{_OF_KAZAKH})(?![\w-])"
)
_ASKS_IN_KAZAKH: Final = re.compile(rf"(?i)(?<!\w)(?:{_OF_KAZAKH})(?!\w)")
_CALLS: Final = re.compile(
    r"(?i)^(?:пожалуйста,?\s+|я\s+|мне\s+|нам\s+|у\s+меня\s+|please\s+|маған\s+|менің\s+)*"
    r"(?:хочу|хотел|хотим|надо|нужн[оаы]|нужен|забыл|дайте|верните|подскажите|помогите|скажите|объясните"
    r"|i\s+(?:want|need|can\S*t|cannot|would|don\S*t|forgot|have)|help\s+me|көмек\w*)(?!\w)"
    r"|(?<!\w)не\s+(?:при|работа|получа|мог|могу|виж|вид|поним|откры|отправ|подключ|одобр|дош|дох|зна)\w*"
    r"|(?<!\w)(?:керек|болмай\w*|келме\w*|істеме\w*|алмай\w*)[.!\s]*$"
)
"""How people begin, and in Kazakh end, when they tell somebody what they want, or what does not work."""
_SHORT: Final = 4
"""Words of a sentence that is all question; a longer one that has such a word in it may be an answer."""
_QUESTION: Final = re.compile(r"[?？؟]+[!)\s]*$")
_KAZAKH: Final = re.compile(r"(?i)(?:\s(?:ма|ме|ба|бе|па|пе))\s*[?？]*$")
_ALNUM: Final = re.compile(r"[^\w]+|_+")
_BETWEEN: Final = re.compile(r"\s*[,;\n+]\s*|\s+(?:и|and|және|мен)\s+")
_COUNT: Final = re.compile(r"\s+\d+$")


def is_greeting(text: str) -> bool:
    """Whether a text only greets, thanks, or calls for help."""
    plain = folded(text)
    first = plain.split(" ", 1)[0] if plain else ""
    alone = plain in _GREETINGS or plain in _HELP
    greeted = first in _GREET_FIRST and len(plain.split()) <= 4
    return alone or greeted or (not plain and ends_as_question(text))


def is_question(text: str) -> bool:
    """Whether a text that answers nothing asks somebody something, or says what does not work or is wanted.

    It ends so, is a word that asks, or has such a word among others.
    """
    plain = one_line(text)
    if "://" in plain:
        return False
    words = len(plain.split())
    if ends_as_question(plain) or folded(plain) in _ASKED_ALONE:
        return True
    calls = words > 1 and bool(_ASKS.search(plain) or _CALLS.search(plain))
    return calls or (words > 2 and bool(_KAZAKH.search(plain)))


def is_chatter(text: str) -> bool:
    """Whether a text that was typed as an answer is rather said to somebody: it greets, or asks as a whole."""
    plain = one_line(text)
    if "://" in plain or not any(each.isalpha() for each in plain):
        return is_greeting(text)
    words = len(plain.split())
    asks = (words > 1 and bool(_ASKS_FIRST.match(plain))) or (words <= _SHORT and bool(_ASKS_IN_KAZAKH.search(plain)))
    return is_greeting(text) or folded(plain) in _ASKED_ALONE or asks or ends_as_question(plain)


def ends_as_question(text: str) -> bool:
    """Whether a text ends in a question mark."""
    return bool(_QUESTION.search(one_line(text)))


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


def several(text: str) -> list[str]:
    """The things that a text names one after the other: with commas, lines, or words for “and” between them."""
    return [each for each in _BETWEEN.split(unmarked(text).strip()) if each]


def same_label(typed: str, labels: Iterable[str]) -> list[int]:
    """Which of the labels a typed text is: whole, without its signs, without the count at its end, or its spaces."""
    shown, word = list(labels), folded(typed)
    if not word:
        return []
    line = one_line(typed)
    if exact := [n for n, label in enumerate(shown) if one_line(label) == line]:
        return exact
    compared = [folded(label) for label in shown]
    return (
        [n for n, label in enumerate(compared) if label == word]
        or [n for n, label in enumerate(compared) if _COUNT.sub("", label) == word]
        or [n for n, label in enumerate(compared) if _joined(label) == _joined(word)]
    )


def _joined(compared: str) -> str:
    """A text as it is compared where a dash or a space in it is a matter of taste: e-mail, E-Mail, email."""
    return compared.replace(" ", "")
