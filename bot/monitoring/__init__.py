"""Whoever runs the bot sees it: metrics, health, and what needs a hand.

readings.py    how things stand at this moment, gathered from the parts of the program
prometheus.py  what is counted, and how it stands, as Prometheus reads it; loaded only where metrics are on
troubles.py    what needs the administrator's hand, seen in the readings; pure
alerts.py      the administrator is told of it, once, and again when it is over
health.py      whether the bot does its work
endpoint.py    /metrics and /health over HTTP
asking.py      a bot that runs is asked for its health

No label and no line says who somebody is: commands, results and names of our own code are all there is.
"""
