"""The edge to SMSC: its HTTP API as a client, its answers and errors as types, its limits.

    catalogue.py  the API as data: commands, parameters, programmes, company forms
    names.py      the rules for a sender name (pure)
    calendar.py   the time zone of its days and months
    words.py      what a person reads about a row, as data
    access.py     service, key or password, subclient
    request.py    parameters and document, checked and put together (pure)
    client.py     the request itself, over HTTP
    transport.py  how httpx reaches the service
    reach.py      whether a service can be reached at all
    facts.py      what SMSC tells, as values: names, documents, balances
    answers.py    the bytes of an answer into facts (pure)
    name_rows.py  rows of a list of names (pure)
    handwritten.py  what can be read of a list that is no JSON as a whole (pure)
    values.py     single values of an answer (pure)
    excerpt.py    the beginning of an answer, with the secrets taken out
    errors.py     what can go wrong, as a table and as a tree
    limits.py     SMSC's limits, kept here so that they are never hit
    asking.py     a request as the limits see it, and their numbers
    ledger.py     what the limits keep where a restart finds it

It imports nothing of the project, and nothing else uses an HTTP client for SMSC.
"""

from bot.smsc.access import Access, KeyAuth, PasswordAuth, Service
from bot.smsc.asking import LimitNumbers, Trial
from bot.smsc.catalogue import (
    DOCUMENT_FORMATS,
    DOCUMENT_MAX_BYTES,
    Catalogue,
    Command,
    CompanyForm,
    FormKey,
    Programme,
    seed_catalogue,
)
from bot.smsc.client import SmscClient, Timeouts
from bot.smsc.errors import (
    AnswerLost,
    ErrorKind,
    Loss,
    MustWait,
    NotSent,
    ParameterError,
    Refused,
    SmscError,
    WaitReason,
)
from bot.smsc.facts import Answer, Balance, Document, DocumentStatus, OperatorStatus, SenderName
from bot.smsc.ledger import BLOCKED, Identity, Kept, Mark, Wait
from bot.smsc.limits import Limits
from bot.smsc.names import Checked, Problem, ProblemKind, check_email, check_letters, latin, look_alikes
from bot.smsc.request import Upload, clean_file_name

__all__ = [
    "BLOCKED",
    "DOCUMENT_FORMATS",
    "DOCUMENT_MAX_BYTES",
    "Access",
    "Answer",
    "AnswerLost",
    "Balance",
    "Catalogue",
    "Checked",
    "Command",
    "CompanyForm",
    "Document",
    "DocumentStatus",
    "ErrorKind",
    "FormKey",
    "Identity",
    "Kept",
    "KeyAuth",
    "LimitNumbers",
    "Limits",
    "Loss",
    "Mark",
    "MustWait",
    "NotSent",
    "OperatorStatus",
    "ParameterError",
    "PasswordAuth",
    "Problem",
    "ProblemKind",
    "Programme",
    "Refused",
    "SenderName",
    "Service",
    "SmscClient",
    "SmscError",
    "Timeouts",
    "Trial",
    "Upload",
    "Wait",
    "WaitReason",
    "check_email",
    "check_letters",
    "clean_file_name",
    "latin",
    "look_alikes",
    "seed_catalogue",
]
