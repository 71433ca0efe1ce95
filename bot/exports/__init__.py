"""Files that a person takes out: rows and lines in, bytes out. Pure, and of the project it imports nothing.

    cells.py     tables as values; what a text must not do in a spreadsheet
    csv_file.py  a table as CSV
    workbook.py  tables as the sheets of an XLSX workbook
    page.py      one name on one page of PDF, with the font of fonts/

All of it is work of a processor for moments, of a long list for seconds: callers have it done in a thread.
"""
