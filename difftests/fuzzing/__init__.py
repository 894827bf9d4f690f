"""The parts of fuzz.py: random programs on every CPython and on aiocore, steered towards what is rarely reached.

campaign    rounds of programs, shared among jobs; what they found is folded in the order of the seeds
bench       the processes of one job: a CPython and an aiocore for each build
steering    the weights of a round, from what the rounds before it reached
edges       the branches of the core: which a program took, where each is in the source
findings    differences: confirmed, told apart, shrunk, saved
summary     the run as text, as a document, as JSON
"""
