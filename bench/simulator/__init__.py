"""A simulated ecosystem whose truth is known: how right are the alerts? `python -m bench.simulator --seed 1`."""
