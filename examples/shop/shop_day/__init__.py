"""One recorded day of a small shop, simulated: four services, their errors and three incidents.

`make_logs.py` beside this package is the command; `simulate.py` is the table of contents. The same source gives the
same day on every machine, so the modules draw only on `dice.Dice`, keep to exact arithmetic and read neither clock nor
environment.
"""
