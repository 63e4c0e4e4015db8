"""One recorded day of a small shop, played in a minute or two.

`make_logs.py` beside this package is the command; `play.py` is the table of contents. `load.py` asks the shop's services,
which are real programs, what customers and partners ask of a shop. What no service of ours writes (the mailer's text, the
lines of the Lambda platform, the sidecar) comes from scripts. The same source gives the same day on every machine, so the
modules draw only on `Dice`, keep to exact arithmetic and read neither clock nor environment.
"""
