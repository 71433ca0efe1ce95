"""Pictures and scans made into documents that SMSC takes.

In the bot:

image_converter.py  starts a worker for each job, hears it, and ends it
job_queue.py        whose job is next
formats.py          what a file is, told from its content
file_names.py       what a file is called

Between both, through pipes:

jobs.py             what is asked of a worker, what it makes, and why nothing is

In a process of its own, `python -m bot.imaging.worker`, which nothing above imports:

worker/             the codecs, confined
"""
