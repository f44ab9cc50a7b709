"""Realms: the jailed processes in which extensions run."""
