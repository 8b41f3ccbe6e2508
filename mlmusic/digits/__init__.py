"""Handwritten digits: the data, the network, training, evaluation, drawings."""
