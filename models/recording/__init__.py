"""How each kind of event changes the state, in the transaction of its caller."""
