"""The stand-ins: SMSC and Telegram with a chat page. Used by the demo and by the tests, and by nothing else."""
