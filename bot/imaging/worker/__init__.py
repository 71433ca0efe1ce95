"""The image worker: a process of its own that strangers' files are decoded in; nothing else imports it.

__main__.py     one job, from the order to the document
confinement.py  what the process gives up first: network, files, rights, memory, time
pictures.py     pictures made into one JPEG or one PDF
scans.py        a PDF drawn anew, or looked into
archives.py     what is wrong with an archive
fitting.py      pages fitted into a size
heads.py        what the head of a picture tells, before anything is decoded
decoding.py     a picture decoded, upright
paper.py        a picture as paper has it
camera_raw.py   the picture in a camera's raw file
legibility.py   whether a page is black, empty or blurred
"""
