"""The door of the clock: everything that happens because time passed."""
