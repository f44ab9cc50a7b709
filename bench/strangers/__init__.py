"""A stranger's hour: kinds of hostile requests, all at once, while Plugin Guards report at 100 a second."""
