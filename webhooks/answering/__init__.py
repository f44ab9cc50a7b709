"""A process of its own for whoever reads: what is drawn for them takes nothing from what machines report.

It is forked from the web process, of which it shares most of the memory, before that has threads.
"""
