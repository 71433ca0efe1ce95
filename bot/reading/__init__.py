"""What a person typed, pasted or forwarded, freed of its dress and read as what it is meant to be. Pure.

    dress.py    what keyboards, phones, messengers and translators put around an answer, and how it comes off
    keys.py     API keys and passwords, wherever they stand
    numbers.py  phone numbers of all countries
    codes.py    the code from an SMS
    fields.py   web sites, e-mail addresses, numbers of registers, days
    hosts.py    services as people name them
    names.py    sender names: what stands around one, several at once
    rows.py     several names, a row each, with comments
    tables.py   CSV and XLSX, as rows of cells
    words.py    greetings, questions, and words that stand on a button

It imports nothing of the project. Every place that reads an answer begins here.
"""
