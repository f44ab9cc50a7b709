"""The truth and its rules: state, incidents, wording and the outbox.

Imports none of the three doors.
"""
