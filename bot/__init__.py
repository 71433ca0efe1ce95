"""Everything that is true without a conversation: edges, storage, engine, composition.

From the top floor down; what stands lower knows nothing of what stands higher (.importlinter holds it). The
conversations, `handlers`, stand between app.py and the rest.

__main__.py     the command line
demo.py         the bot with both stand-ins, to be tried at once
app.py          the composition root: the whole program on one page
doctor/         whether everything is as the bot needs it, in words
opening.py      what comes before it: the token tried, the file opened
monitoring/     metrics, health, and what needs a hand
sandbox/        the stand-ins; used by the demo and the tests only

actions/        what several conversations do, with its effects
telegram/       the edge to Telegram
takeout/        what a person takes out, made of the file
listening.py    a port that the bot listens on
registration/   what a name is registered with; pure
screens/        screens and words that several conversations show; pure

watch/          looks at the names in use, and has their people told
senders/        lists, and changing requests
colleagues.py   who else works with an account: invited, given a role, removed
accounts.py     SMSC accounts and their keys, scopes, subclients
companies.py    companies that a person keeps, with their documents
people.py       who talks to the bot, and their unfinished forms
client_links.py links by which clients without an account fill in a form
quotas.py       how much one person may send and have worked on

conversation/   the engine: flows, drafts, screens; pure
settings.py     what the administrator sets

storage/        one SQLite file
imaging/        pictures and scans made into documents
locales/        Russian and Kazakh; English stands in the code

supervision.py  work beside an update, which ends with the process and takes nothing else with it
smsc/           the edge to SMSC
reading/        what a person typed, read as what it is meant to be; pure
vault.py        what is encrypted at rest
linux.py        calls of Linux's C library

meter.py        what is done, told to whoever counts it
aiogram_types.py  aiogram, loaded with its types built when they are used
backoff.py      pauses that grow from try to try; pure
ceilings.py     how much of a kind one person may have at a time
clock.py        time, from outside
tokens.py       what links that let somebody in are recognised by
points.py       how far the program has come, for tests that kill it there
recent.py       what is kept in memory of very many: the last ones
company.py      the checks of a company's numbers and addresses; pure
exports/        files that a person takes out: tables and a page; pure
fetch.py        how a file that lies at Telegram is asked for
leaving.py      why the process ends
rights.py       what the people of an account may do there; pure
logs.py         lines for the administrator, without secrets
trace.py        what is done with an update, for its line in the log
"""
