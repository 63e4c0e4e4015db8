"""The world around the services: a clock that can be set, chance that can be repeated, and fakes of what they depend on.

By hand the services run on the real clock, and what depends on chance differs from run to run. In a rehearsal the load
script decides what time it is: it says so in the header `x-shop-now` of each request, waiting costs no time but moves the
clock, and each request's chance follows from its header `x-shop-seed`. So a day takes a minute, and every run is the same.
"""
