"""The kinds of hostile requests, one function each, by what they are hard on; `bench.strangers.table` names them."""
