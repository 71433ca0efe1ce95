"""Files that a person takes out: rows and lines in, bytes out. Pure, and of the project it imports nothing.

    cells.py     tables as values; what a text must not do in a spreadsheet
    csv_file.py  a table as CSV
    workbook.py  tables as the sheets of an XLSX workbook
    letters.py   the font of fonts/, and texts as it can write them
    page.py      one name on one page of PDF
    strips.py    what held when, as a picture: a strip for each thing over the days

All of it is work of a processor for moments, of a long list for seconds: callers have it done in a thread.
"""
