"""What a name is registered with: steps, checks and requests, shared by adding, changing and sending documents. Pure.

spelling.py        a name or a number as it was typed
name_steps.py      the steps that ask for a new name
client_form.py     the steps that a client fills in by a link
reasons.py         the usual reasons for a name, as comments
second_look.py     what a moderator is likely to stumble over
steps.py           the steps, from the comment to the documents
programmes.py      countries, operators, when, and what it costs
consent.py         consent to the fees
needed.py          what will be needed, before the questions
parameters.py      a row of the catalogue as a step
company_step.py    which of the companies that a person keeps
company_fields.py  the fields of the company forms
documents.py       the step that gathers documents
papers.py          what documents are called at SMSC
facts.py           what the steps look at beside the answers
plans.py           the plan of registering many names
requests.py        the requests that a registration becomes
"""
