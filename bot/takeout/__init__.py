"""What a person takes out, made of the file: tables as XLSX or CSV.

making.py    the files of an order: the rows are read, put into words and made into bytes
person.py    all that is stored about a person
__main__.py  the process that a long list is made in
process.py   whoever asks for files: a short list is made in a thread, a long one in a process of its own
"""
