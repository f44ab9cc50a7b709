"""An extension that never ends to be loaded."""

while True:
    pass
