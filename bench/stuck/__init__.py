"""A day of stuck things: all that is outside misbehaves in turn, and all the rest goes on."""
